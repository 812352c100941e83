"""Scores over replications: means with t-intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import stdtrit

from sim.score.metrics.base import Summary

LEVEL = 0.95


def across(replications: Sequence[Mapping[str, float | None]]) -> Summary:
    """Return the mean and 95 % t-interval of each score.

    The interval is ``NAME/low`` and ``NAME/high``. A score that is None in any replication is None.

    >>> across([{"x": 1.0}, {"x": 3.0}])["x"]
    2.0
    """
    if len(replications) == 1:
        return dict(replications[0])
    scores: Summary = {}
    for name in replications[0]:
        values = [r[name] for r in replications]
        known = [v for v in values if v is not None]
        if len(known) < len(values):
            scores[name] = None
            continue
        mean, half = interval(np.array(known))
        scores |= {name: mean, f"{name}/low": mean - half, f"{name}/high": mean + half}
    return scores


def interval(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float]:
    """Return mean and half-width of a t-interval.

    Args:
        values: two or more independent values.
    """
    n = len(values)
    error = float(np.std(values, ddof=1)) / np.sqrt(n)
    return float(np.mean(values)), float(stdtrit(n - 1, 0.5 + LEVEL / 2.0) * error)
