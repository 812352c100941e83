"""Survival over trainings: how long until something is learnt that only trainings can teach.

Who is served in the last cycle of a periodic trainer is cut off by the trainer's own phase, not at random, so that
Kaplan and Meier's estimate over seconds is biased (a nightly trainer's mean of 12 h is shown as 24 h after a day).
Counted in trainings there is no phase: the hazard of lag j is taken over all that were followed for at least j
trainings, whole cycles of them. A life table as in Cutler & Ederer 1958 (https://doi.org/10.1016/0021-9681(58)90126-7).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.score.grid import LogBins

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST = 256  # trainings, above which phases do not matter any more


class LifeTable:
    """Impressions by the training that follows their serving, and by how many trainings later they are learnt.

    Phase k are the impressions served after cutoff k - 1 and not after cutoff k. Lag 1 is cutoff k itself.
    """

    def __init__(self) -> None:
        self.served = np.zeros(MOST)
        self.learnt = np.zeros((MOST, MOST + 1))
        self.seconds = np.zeros((MOST, MOST + 1))
        self._bins: dict[tuple[bool, int], Ints] = {}

    def serve(self, phase: Ints, count: NDArray[np.integer[Any]]) -> None:
        """Add impressions served."""
        self.served += np.bincount(phase, weights=count, minlength=MOST)

    def learn(self, phase: Ints, lag: Ints, cycle: Floats, first: int) -> None:
        """Add impressions learnt, ``cycle`` seconds after they were served, each ``(r,)``; none before ``first``."""
        cell, shape = phase * (MOST + 1) + lag, self.learnt.shape
        count = np.bincount(cell, minlength=self.learnt.size).reshape(shape)
        self.learnt += count
        np.add.at(self.seconds.ravel(), cell, cycle)  # it leaves no mark how many come at once
        for whole, lags in ((False, count[: first + 1]), (True, count[first + 1 :])):
            for j in np.flatnonzero(lags.any(axis=0)).tolist():
                own = ((phase > first) == whole) & (lag == j)
                bins = self._bins.setdefault((whole, j), np.zeros(LogBins.COUNT + 1, dtype=np.int64))
                bins += LogBins.count(cycle if own.all() else cycle[own])

    def cycles(self, first: int, partial: bool, cutoffs: int) -> tuple[Floats, float, float]:
        """Return what is known of the cycle.

        Args:
            first: the first phase.
            partial: whether to leave it out.
            cutoffs: how many there were.

        Returns:
            The share learnt by seconds, over `LogBins`; the mean seconds of these times their share; the share that
            is left at the longest lag.
        """
        kinds = (True,) if partial else (False, True)
        first += partial
        longest = cutoffs - first
        served, learnt = self.served[first:cutoffs], self.learnt[first:cutoffs, 1 : longest + 1]
        left, mass, mean = 1.0, np.zeros(LogBins.COUNT + 1), 0.0
        at_risk = served - np.cumsum(learnt, axis=1).T + learnt.T  # (lags, phases): not learnt before
        for lag in range(1, longest + 1):
            followed = slice(0, longest - lag + 1)
            risk, events = at_risk[lag - 1, followed].sum(), learnt[followed, lag - 1].sum()
            if not events:
                continue
            share = left * events / risk
            mean += share * self.seconds[first:cutoffs, lag].sum() / events
            bins = sum(self._bins[key] for key in ((kind, lag) for kind in kinds) if key in self._bins)
            mass += share / events * bins
            left -= share
        return mass, float(mean), float(max(left, 0.0))
