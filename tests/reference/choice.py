"""The four choice models for one slate, and the best slate by trying them all."""

from __future__ import annotations

from itertools import permutations
from math import perm

import numpy as np

from sim.draws import uniform

MOST_SLATES = 5000
TIE = 1e-12
CERTAIN = 300.0  # log odds of a certain click


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def examination(choice, size):
    return choice.examination or (1.0,) * size


def gumbel(key):
    return -np.log(-np.log(uniform(key, 0)))


def clicks(choice, utility, keys, nobody):
    """Decide the clicks of one slate; lists, first position first."""
    if choice.name == "multinomial":
        noisy = [u + gumbel(k) for u, k in zip(utility, keys, strict=True)]
        first = int(np.argmax(noisy))
        wins = bool(noisy[first] > gumbel(nobody))
        return [wins and k == first for k in range(len(utility))]
    attracted = zip(utility, keys, examination(choice, len(utility)), strict=True)
    hits = [bool(uniform(key, 0) < e * sigmoid(u)) for u, key, e in attracted]
    if choice.name == "cascade":  # the first that attracts, and none after it
        return [hit and not any(hits[:k]) for k, hit in enumerate(hits)]
    return hits


def probabilities(choice, utility, value):
    """Return the probability of the outcome of each item of one slate; ``value`` is None where a click is one."""
    out, here = [], 1.0
    odds = [np.exp(min(u, CERTAIN)) for u in utility]
    seen = examination(choice, len(utility))
    for k, (u, v) in enumerate(zip(utility, value, strict=True)):
        if choice.name == "multinomial":
            click = odds[k] / sum(odds, 1.0)
        elif choice.name == "cascade":
            click, here = here * sigmoid(u), here * (1.0 - sigmoid(u))
        else:
            click = seen[k] * sigmoid(u)
        out.append(float(click if v is None else click * v))
    return out


def expected(choice, utility, value):
    """Return the expected reward of one slate; ``value`` of an item is None where a click is worth 1."""
    value = [1.0 if v is None else v for v in value]
    if choice.name == "multinomial":
        odds = [np.exp(min(u, CERTAIN)) for u in utility]
        top, bottom = 0.0, 1.0
        for o, v in zip(odds, value, strict=True):
            top, bottom = top + o * v, bottom + o
        return top / bottom
    total, here = 0.0, 1.0
    for e, u, v in zip(examination(choice, len(utility)), utility, value, strict=True):
        if choice.name == "cascade":
            total, here = total + here * sigmoid(u) * v, here * (1.0 - sigmoid(u))
        else:
            total = total + e * (sigmoid(u) * v)
    return total


def judge(choice, utility, value, size):
    """Return the best slate (places in the catalogue), its worth, and the mean worth of all slates.

    Of slates that are equally good but for rounding, the one that shows the likelier click where most users
    look, then the older item.
    """
    if perm(len(utility), size) > MOST_SLATES:
        return judge_many(choice, utility, value, size)
    slates = list(permutations(range(len(utility)), size))
    worth = [float(expected(choice, [utility[i] for i in s], [value[i] for i in s])) for s in slates]
    highest = max(worth)
    attention = sorted(range(size), key=lambda k: -examination(choice, size)[k])
    best = [s for s, w in zip(slates, worth, strict=True) if w >= highest - TIE]
    best = min(best, key=lambda s: [(-utility[s[k]], s[k]) for k in attention])
    return list(best), highest, sum(worth) / len(worth)


def judge_many(choice, utility, value, size):
    """Do the same without looking at every slate, where clicks count and a sort tells the best."""
    assert all(v is None for v in value)
    order = sorted(range(len(utility)), key=lambda i: (-utility[i], i))
    attention = sorted(range(size), key=lambda k: -examination(choice, size)[k])
    best = [order[attention.index(k)] for k in range(size)]
    mean = sum(examination(choice, size)) * sum(map(sigmoid, utility)) / len(utility)
    return best, float(expected(choice, [utility[i] for i in best], [None] * size)), mean
