"""Cycle time: seconds from an impression until it has effect.

It ends at the first request answered by a version that has learnt the impression. It is taken over impressions served
up to the cutoff of the last version that has answered a request, without lost ones. For few versions it is a life table
over their trainings (`sim.score.life_table`), for many the Kaplan-Meier estimate over seconds (Kaplan & Meier 1958,
https://doi.org/10.1080/01621459.1958.10501452), on bins of 1 %. The share not learnt by the end is ``unreached``. If it
is above 1 % the mean is unknown; ``restricted`` is the mean with this share at ``limit``, the longest follow-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.score import life_table
from sim.score.grid import BUCKETS, BucketRuns, Grid, LogBins, Sums
from sim.score.metrics.base import QUANTILES, About, Floats, Ints, Metric, Summary, distribution, ratio
from sim.trace import Chunk

NAME = "staleness/cycle_time"
MOST_UNREACHED = 0.01
ROWS = 1 << 18  # impressions that are counted together
_ROUNDING = 1e-12  # of a product over all bins


class CycleTime(Metric):
    """The distribution of ``staleness/cycle_time``.

    Its scores are ``mean``, ``p50``, ``p95``, ``restricted``, ``limit`` and ``unreached``.
    """

    order = 6
    says: ClassVar[Mapping[str, About]] = distribution(NAME, "s") | {
        f"{NAME}/restricted": About("s", "less"),
        f"{NAME}/limit": About("s"),
        f"{NAME}/unreached": About(better="less"),
    }
    weights: ClassVar[Mapping[str, str]] = {f"{NAME}/mean": f"{NAME}/learnt"}

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._learnt = np.zeros(LogBins.COUNT + 1, dtype=np.int64)
        self._censored = self._learnt.copy()
        self._seconds = np.zeros(LogBins.COUNT + 1)
        self._sums, self._events = Sums(), Sums()
        self._table: life_table.LifeTable | None = life_table.LifeTable()
        self._cutoffs = np.empty(0)  # of versions that have answered: all of them while there is a table, else the last
        self._waiting: list[tuple[Floats, NDArray[np.uint16]]] = []
        self._since = np.inf  # when the first of those that count was served

    def read(self, chunk: Chunk, bucket_runs: BucketRuns) -> None:
        """Read a chunk.

        An impression counts once a version with a later cutoff has answered a request.
        """
        if len(chunk):
            count = chunk.comes.sum(axis=1, dtype=np.uint16)  # a day's requests may wait
            self._waiting.append((chunk.request_at, count))
        answers = chunk.first_answers
        trained = answers.cutoff_at > 0.0  # all but version 0
        before = len(self._cutoffs)
        self._cutoffs = np.concatenate([self._cutoffs, answers.cutoff_at[trained]])
        if len(self._cutoffs) > life_table.MOST:
            self._table = None
        self._serve()
        if len(answers.request_at):
            version = np.repeat(np.arange(len(answers.at), dtype=np.int32), answers.count)
            order = before + np.cumsum(trained) - 1
            for rows in (slice(start, start + ROWS) for start in range(0, len(version), ROWS)):
                own = version[rows]
                self._learn(answers.request_at[rows], answers.at[own], order[own])
        if self._table is None:
            self._cutoffs = self._cutoffs[-1:]

    def _serve(self) -> None:
        """Count the impressions served up to the last cutoff."""
        if not len(self._cutoffs) or not self._waiting or self._waiting[0][0][0] > self._cutoffs[-1]:
            return
        waiting, self._waiting = self._waiting, []
        for at, count in waiting:
            due = int(at.searchsorted(self._cutoffs[-1], side="right"))
            if due < len(at):
                self._waiting.append((at[due:], count[due:]))
            if (served := count[:due] > 0).any():
                self._count_served(at[:due][served], count[:due][served])

    def _count_served(self, at: Floats, count: NDArray[np.uint16]) -> None:
        self._since = min(self._since, at.item(0))
        self._censored += LogBins.count(np.repeat(self.grid.horizon - at, count)[::-1])  # ascending
        if self._table is not None:
            self._table.serve(self._cutoffs.searchsorted(at, side="left"), count)

    def _learn(self, request_at: Floats, at: Floats, order: Ints) -> None:
        """Count impressions learnt.

        Args:
            request_at: ``(r,)`` when each was served, seconds.
            at: ``(r,)`` when the version that learnt it first answered, seconds.
            order: ``(r,)`` the number of that version among those that answered.
        """
        cycle = at - request_at
        self._censored -= LogBins.count(self.grid.horizon - request_at)
        place = LogBins.place(cycle)
        self._learnt += np.bincount(place, minlength=LogBins.COUNT + 1)
        np.add.at(self._seconds, place, cycle)  # the sum does not depend on the number of rows in a call
        when = self.grid.bucket(at)
        self._sums.add_one_by_one(when, cycle)
        self._events.add_one_by_one(when, np.ones(len(cycle)))
        if self._table is not None:
            phase = self._cutoffs.searchsorted(request_at, side="left")
            self._table.learn(phase, order - phase + 1, cycle, self._first)

    def summary(self) -> Summary:
        """Return mean, p50, p95, restricted, limit and unreached."""
        if self._since == np.inf:
            return {f"{NAME}/{name}": None for name in ("mean", *QUANTILES, "restricted", "limit", "unreached")}
        limit = self.grid.horizon - self._since
        learnt, mean, unreached = self._over_trainings() if self._table is not None else self._over_seconds()
        restricted = mean + unreached * limit
        scores: Summary = {f"{NAME}/mean": restricted if unreached <= MOST_UNREACHED else None}
        upto = np.cumsum(learnt)
        for name, q in QUANTILES.items():
            reached = upto >= q - _ROUNDING
            scores[f"{NAME}/{name}"] = float(LogBins.middles[np.argmax(reached)]) if reached.any() else None
        return scores | {f"{NAME}/restricted": restricted, f"{NAME}/limit": limit, f"{NAME}/unreached": unreached}

    def _over_trainings(self) -> tuple[Floats, float, float]:
        """Return the distribution by the life table (see `LifeTable.cycles`)."""
        assert self._table is not None
        first = self._first
        waits = np.diff(self._cutoffs[first:], prepend=self.grid.start)
        # scoring that begins within a cycle of the trainer covers only some phases of it
        partial = len(waits) > 1 and waits[0] < waits[1:].min() * (1.0 - 1e-9)
        return self._table.cycles(first, bool(partial), len(self._cutoffs))

    @property
    def _first(self) -> int:
        """The phase in which scoring begins."""
        return int(self._cutoffs.searchsorted(self.grid.start, side="right"))

    def _over_seconds(self) -> tuple[Floats, float, float]:
        """Return the distribution by the Kaplan-Meier estimate."""
        survival = kaplan_meier(self._learnt, self._censored)
        learnt = -np.diff(survival, prepend=1.0)
        seconds = np.divide(self._seconds, self._learnt, out=np.zeros(len(learnt)), where=self._learnt > 0)
        return learnt, float(np.sum(learnt * seconds)), float(survival[-1])

    def curve(self) -> dict[str, Floats]:
        """Return the mean and number of cycles per bucket.

        A cycle belongs to the bucket in which it ends.
        """
        assert len(self._sums.per_bucket) == BUCKETS
        learnt = self._events.per_bucket
        return {f"{NAME}/mean": ratio(self._sums.per_bucket, learnt), f"{NAME}/learnt": learnt}


def kaplan_meier(events: Ints, censored: Ints) -> Floats:
    """Return the survival after each bin.

    Within a bin, events come before censorings.

    >>> kaplan_meier(np.array([1, 0, 1]), np.array([0, 1, 1])).round(4).tolist()
    [0.75, 0.75, 0.375]
    """
    leaving = events + censored
    at_risk = leaving[::-1].cumsum()[::-1]
    hazard = np.divide(events, at_risk, out=np.zeros(len(events)), where=at_risk > 0)
    return np.asarray(np.cumprod(1.0 - hazard))
