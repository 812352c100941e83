"""The four choice models for one slate, and the best slate by trying them all."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from sim.draws import uniform


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def examination(choice, size):
    return choice.examination or (1.0,) * size


def clicks(choice, utility, keys, nobody):
    """Decide the clicks of one slate; lists, first position first."""
    if choice.name == "multinomial":
        noisy = [u - np.log(-np.log(uniform(k, 0))) for u, k in zip(utility, keys, strict=True)]
        first = int(np.argmax(noisy))
        wins = noisy[first] > -np.log(-np.log(uniform(nobody, 0)))
        return [bool(wins) and k == first for k in range(len(utility))]
    if choice.name == "cascade":
        done, out = False, []
        for u, k in zip(utility, keys, strict=True):
            hit = not done and bool(uniform(k, 0) < sigmoid(u))
            done = done or hit
            out.append(hit)
        return out
    seen = examination(choice, len(utility))
    return [bool(uniform(k, 0) < e * sigmoid(u)) for u, k, e in zip(utility, keys, seen, strict=True)]


def expected(choice, utility, value):
    """Return the expected reward of one slate."""
    if choice.name == "multinomial":
        odds = [np.exp(u) for u in utility]
        top, bottom = 0.0, 1.0
        for o, v in zip(odds, value, strict=True):
            top, bottom = top + (o if v is None else o * v), bottom + o
        return top / bottom
    total, here = 0.0, 1.0
    for e, u, v in zip(examination(choice, len(utility)), utility, value, strict=True):
        worth = sigmoid(u) if v is None else sigmoid(u) * v
        if choice.name == "cascade":
            gain = here * sigmoid(u)
            total = total + (gain if v is None else gain * v)
            here = here * (1.0 - sigmoid(u))
        else:
            total = total + e * worth
    return total


def best(choice, utility, value, size):
    """Return the best slate (positions in the catalogue) of all that can be shown."""
    slates = permutations(range(len(utility)), size)
    return list(max(slates, key=lambda s: expected(choice, [utility[i] for i in s], [value[i] for i in s])))
