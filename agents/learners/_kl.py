"""Upper confidence bounds by the Kullback-Leibler divergence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlog1py, xlogy

Floats = NDArray[np.float64]
_STEPS = 12  # of Newton's method, at most; few need more than 5
_TINY = 1e-15


def bernoulli_bound(mean: Floats, x: Floats) -> Floats:
    """Return the largest q with ``kl(mean, q) <= x``, ``(m,)``.

    kl is the divergence of Bernoulli laws. Newton's method starts above the bound, where the convex divergence leads it
    down to it.

    Args:
        mean: ``(m,)``; cut to [0, 1].
        x: ``(m,)``, at least 0.

    >>> bernoulli_bound(np.array([0.0, 0.5]), np.array([0.1, 0.0])).round(4).tolist()
    [0.0952, 0.5]
    """
    p = np.clip(mean, 0.0, 1.0)
    entropy = xlogy(p, p) + xlog1py(1.0 - p, -p)
    # kl is at least (q - p)^2 / 2q, 2 (q - p)^2, and (1 - p) ln((1 - p) / (1 - q)) + p ln p
    spread = p + x + np.sqrt(x * (2.0 * p + x))
    tail = 1.0 - np.exp((xlogy(p, p) - x) / np.maximum(1.0 - p, _TINY)) * (1.0 - p)
    q = np.minimum(np.minimum(spread, p + np.sqrt(x / 2.0)), np.minimum(tail, 1.0 - _TINY))
    q = np.maximum(q, p)
    for _ in range(_STEPS):
        excess = entropy - xlogy(p, q) - xlog1py(1.0 - p, -q) - x
        slope = (q - p) / np.maximum(q * (1.0 - q), _TINY)
        step = np.divide(excess, slope, out=np.zeros_like(q), where=(slope > 0.0) & (excess > 0.0))
        if not step.any():
            break
        q = np.maximum(q - step, p)
    return np.asarray(np.where(p >= 1.0, 1.0, q))


def poisson_bound(mean: Floats, x: Floats) -> Floats:
    """Return the largest q with ``d(mean, q) <= x``, ``(m,)``.

    d is the divergence of Poisson laws, ``p ln(p / q) + q - p``.

    Args:
        mean: ``(m,)``; below 0 taken as 0.
        x: ``(m,)``, at least 0.

    >>> poisson_bound(np.array([0.0, 0.5]), np.array([0.1, 0.0])).round(4).tolist()
    [0.1, 0.5]
    """
    p = np.maximum(mean, 0.0)
    q = p + x + np.sqrt(x * (2.0 * p + x))  # d is at least (q - p)^2 / 2q
    for _ in range(_STEPS):
        excess = xlogy(p, p) - xlogy(p, q) + q - p - x
        step = np.divide(excess * q, q - p, out=np.zeros_like(q), where=(q > p) & (excess > 0.0))
        if not step.any():
            break
        q = np.maximum(q - step, p)
    return np.asarray(q)
