"""The probability of each place among Beta draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv

from agents.learners.poisson_binomial import count_one_more

Floats = NDArray[np.float64]
_NODES = 96


def places(a: Floats, b: Floats, size: int) -> Floats:
    """Return the probability of each item at each place, ``(m, size)``.

    Items draw from independent Beta laws, highest first. An item is at place k if exactly k others draw higher; this is
    integrated over the item's own quantiles by Gauss and Legendre, and each place is scaled to sum to 1. The error is
    below 0.002, and mostly far below; it is largest where one law is much narrower than the others.

    Args:
        a: ``(m,)``, above 0.
        b: ``(m,)``, above 0.
        size: number of places.

    >>> places(np.array([1.0, 2.0]), np.array([1.0, 1.0]), 2).round(4).tolist()  # 1/3: E[x^2] of a uniform x
    [[0.3333, 0.6667], [0.6667, 0.3333]]
    """
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    value = betaincinv(a[:, None], b[:, None], (node + 1.0) / 2.0)
    count = [np.ones_like(value), *(np.zeros_like(value) for _ in range(size - 1))]
    for item in range(len(a)):
        below = betainc(a[item], b[item], value)
        below[item] = 1.0  # it does not draw higher than itself
        count_one_more(count, below, 1.0 - below)
    chance = np.column_stack([(exactly * (weight / 2.0)).sum(axis=1) for exactly in count])
    return np.asarray(chance / chance.sum(axis=0))
