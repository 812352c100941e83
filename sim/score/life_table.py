"""Life tables: trainings until an impression is learnt.

Impressions of the last cycle of a periodic trainer are censored by the phase of the trainer, not at random. The
Kaplan-Meier estimate over seconds is therefore biased (after a day it gives 24 h for a nightly trainer, whose mean is
12 h). Counted in trainings there is no phase: the hazard of lag j is taken over all impressions that were followed for
at least j trainings, in whole cycles. A life table as in Cutler & Ederer 1958
(https://doi.org/10.1016/0021-9681(58)90126-7).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.score.grid import LogBins

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST = 256  # trainings, above which the phase does not matter


class LifeTable:
    """Counts of impressions by phase and lag, in trainings.

    Phase k are the impressions served after cutoff k - 1 and up to cutoff k. The lag is the number of trainings until
    they are learnt; lag 1 is cutoff k itself.
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
        """Add impressions learnt.

        Args:
            phase: ``(r,)`` phase of each, not below ``first``.
            lag: ``(r,)`` trainings until it was learnt.
            cycle: ``(r,)`` seconds from serving until it was learnt.
            first: the first phase.
        """
        cell, shape = phase * (MOST + 1) + lag, self.learnt.shape
        count = np.bincount(cell, minlength=self.learnt.size).reshape(shape)
        self.learnt += count
        np.add.at(self.seconds.ravel(), cell, cycle)  # the sum does not depend on the number of rows in a call
        for whole, lags in ((False, count[: first + 1]), (True, count[first + 1 :])):
            for j in np.flatnonzero(lags.any(axis=0)).tolist():
                own = ((phase > first) == whole) & (lag == j)
                bins = self._bins.setdefault((whole, j), np.zeros(LogBins.COUNT + 1, dtype=np.int64))
                bins += LogBins.count(cycle if own.all() else cycle[own])

    def cycles(self, first: int, partial: bool, cutoffs: int) -> tuple[Floats, float, float]:
        """Return the estimated distribution of the cycle time.

        Args:
            first: the first phase.
            partial: whether to leave the first phase out.
            cutoffs: number of cutoffs.

        Returns:
            The share learnt in each of the `LogBins` of seconds; the mean seconds of these times their share; the
            share not learnt at the longest lag.
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
