"""Plays whose outcome is out."""

from __future__ import annotations

import numpy as np


def most_waiting(run, arms: int) -> np.ndarray:
    """Return for each arm the most plays whose outcome was out at once."""
    return np.array([outstanding(run.impressions[run.impressions.item == arm]) for arm in range(arms)])


def outstanding(plays) -> int:
    """Return the most plays whose outcome was out at once."""
    known = np.sort(plays.delivered_at.fillna(np.inf))
    return int((np.arange(1, len(plays) + 1) - np.searchsorted(known, plays.request_at, "right")).max(initial=0))
