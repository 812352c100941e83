"""The largest of utility plus Gumbel noise is clicked, if it beats that of choosing nothing."""

import numpy as np

from tests.reference.choices._shared import gumbel

SHORT_FORM = False
CERTAIN = 300.0  # log odds of a certain click


def drawn(random, size):
    return "multinomial"


def clicks(choice, utility, keys, nobody):
    noisy = [u + gumbel(k) for u, k in zip(utility, keys, strict=True)]
    first = int(np.argmax(noisy))
    wins = bool(noisy[first] > gumbel(nobody))
    return [wins and k == first for k in range(len(utility))]


def odds_of(utility):
    return [np.exp(min(u, CERTAIN)) for u in utility]


def probabilities(choice, utility):
    odds = odds_of(utility)
    return [o / sum(odds, 1.0) for o in odds]


def expected(choice, utility, value):
    top, bottom = 0.0, 1.0
    for o, v in zip(odds_of(utility), value, strict=True):
        top, bottom = top + o * v, bottom + o
    return top / bottom
