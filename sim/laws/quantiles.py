"""Quantiles of the time to delivery, including file drops."""

from __future__ import annotations

import numpy as np

from sim.laws.base import Law


def quantile(law: Law, share: float) -> float | None:
    """Return the time within which a share is delivered, seconds.

    It includes the wait for file drops. None if that share is never delivered.
    """
    low, high = 0.0, 1e15
    if delivered_share(law, high) < share:
        return None
    if delivered_share(law, 0.0) >= share:
        return 0.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if delivered_share(law, middle) >= share else (middle, high)
    return high


def delivered_share(law: Law, delay: float) -> float:
    """Return the share delivered within a delay in seconds."""
    return float(np.asarray(law.delivered_cdf(np.array([delay])))[0])
