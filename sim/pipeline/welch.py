"""Welch's one-sided test that a mean lies below another."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

Floats = NDArray[np.float64]
LEVEL = 0.05
_ROUNDING = 1e-12  # of means, as a share of them


def significantly_below(values: Floats, others: Floats, margin: float) -> bool:
    """Return whether a mean is significantly below another.

    By more than a margin, at 5 %. Unequal variances, one-sided (Welch 1947,
    https://doi.org/10.1093/biomet/34.1-2.28). Where neither side varies, the means are compared as they are.

    Args:
        values: ``(n,)`` independent, two at least.
        others: ``(m,)`` likewise.
        margin: by which the mean of values may lie below that of others, at least 0.

    >>> significantly_below(np.array([0.1, 0.2, 0.3]), np.array([0.5, 0.6, 0.7]), 0.0)
    True
    >>> significantly_below(np.array([0.1, 0.2, 0.3]), np.array([0.5, 0.6, 0.7]), 0.3)
    False
    """
    ours, theirs = (float(np.var(side, ddof=1)) / len(side) for side in (values, others))
    one, other = float(np.mean(values)), float(np.mean(others))
    above, error = one - other + margin, sqrt(ours + theirs)
    if error <= (rounding := _ROUNDING * max(abs(one), abs(other))):
        return above < -rounding
    freedom = (ours + theirs) ** 2 / (ours**2 / (len(values) - 1) + theirs**2 / (len(others) - 1))
    return bool(stdtr(freedom, above / error) < LEVEL)
