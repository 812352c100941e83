"""Cycle time: from an impression to the first request answered by a version that has learnt its outcome.

Censored at the horizon: the Kaplan-Meier estimate on bins of 1 %. The mean is restricted to the
horizon; a quantile that the estimate does not reach is None. An expired outcome counts as learnt
at its closing. Source: Kaplan & Meier 1958 (https://doi.org/10.1080/01621459.1958.10501452).
"""

from __future__ import annotations

import numpy as np

from sim.score.grid import BUCKETS, Grid, LogBins, Stretches, Sums
from sim.score.metrics.base import QUANTILES, Floats, Ints, Metric, Scores, ratio
from sim.trace import Chunk

NAME = "staleness/cycle_time"
_ROUNDING = 1e-12  # of a product over all bins


class CycleTime(Metric):
    """``staleness/cycle_time`` as mean, p50 and p95."""

    order = 6

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._learnt = np.zeros(LogBins.COUNT + 1, dtype=np.int64)
        self._censored = self._learnt.copy()
        self._sums, self._events = Sums(), Sums()

    def read(self, chunk: Chunk, stretches: Stretches) -> None:
        """Take in a chunk: everything served is censored until it is learnt."""
        horizon = self.grid.horizon
        self._censored += chunk.item.shape[1] * LogBins.count((horizon - chunk.request_at)[::-1])  # ascending
        learnt = chunk.learnt
        if len(learnt.at):
            cycle = learnt.at - learnt.request_at
            self._censored -= LogBins.count(horizon - learnt.request_at)
            self._learnt += LogBins.count(cycle)
            when = self.grid.bucket(learnt.at)
            self._sums.add_one_by_one(when, cycle)
            self._events.add_one_by_one(when, np.ones(len(cycle)))

    def summary(self) -> Scores:
        """Return the restricted mean, p50 and p95."""
        if not (self._learnt.sum() + self._censored.sum()):
            return {f"{NAME}/{name}": None for name in ("mean", *QUANTILES)}
        survival = kaplan_meier(self._learnt, self._censored)
        scores: Scores = {f"{NAME}/mean": restricted_mean(survival, self.grid.horizon)}
        for name, q in QUANTILES.items():
            reached = survival <= 1.0 - q + _ROUNDING
            scores[f"{NAME}/{name}"] = float(LogBins.middles[np.argmax(reached)]) if reached.any() else None
        return scores

    def curve(self) -> dict[str, Floats]:
        """Return the mean cycle time of what was learnt in each bucket."""
        assert len(self._sums.per_bucket) == BUCKETS
        return {f"{NAME}/mean": ratio(self._sums.per_bucket, self._events.per_bucket)}


def kaplan_meier(events: Ints, censored: Ints) -> Floats:
    """Return the survival after each bin; within a bin events come before censorings.

    >>> kaplan_meier(np.array([1, 0, 1]), np.array([0, 1, 1])).round(4).tolist()
    [0.75, 0.75, 0.375]
    """
    leaving = events + censored
    at_risk = leaving[::-1].cumsum()[::-1]
    hazard = np.divide(events, at_risk, out=np.zeros(len(events)), where=at_risk > 0)
    return np.asarray(np.cumprod(1.0 - hazard))


def restricted_mean(survival: Floats, horizon: float) -> float:
    """Return the area under the survival curve up to the horizon, trapezoids over `LogBins`."""
    upper = np.minimum(np.append(LogBins.edges[1:], np.inf), horizon)
    lower = np.minimum(LogBins.edges, horizon)
    before = np.concatenate([[1.0], survival[:-1]])
    before[0] = survival[0]  # the first bin holds instants below a millisecond: it ends where it starts
    return float(np.sum((upper - lower) * (before + survival) / 2.0))
