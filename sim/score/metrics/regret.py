"""Regret: expected reward of the best slate for the user's state now, less that of the slate shown."""

from __future__ import annotations

import numpy as np

from sim.score.grid import Grid, Sums
from sim.score.metrics.base import Floats, Ints, Metric, Scores, ratio, share
from sim.trace import Chunk


class Regret(Metric):
    """``regret/total``, ``per_request`` and ``normalised``.

    Normalised is the share of the gap between a uniformly random slate and the best one: 0 for
    the best, 1 for the random.
    """

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._regret, self._gap, self._requests = Sums(), Sums(), Sums()

    def read(self, chunk: Chunk, bucket: Ints) -> None:
        """Take in a chunk."""
        self._regret.add(bucket, chunk.regret)
        self._gap.add(bucket, chunk.gap)
        self._requests.add(bucket, np.ones(len(bucket)))

    def summary(self) -> Scores:
        """Return the three scores, and the number of requests."""
        return {
            "requests": self._requests.total,
            "regret/total": self._regret.total,
            "regret/per_request": share(self._regret.total, self._requests.total),
            "regret/normalised": share(self._regret.total, self._gap.total),
        }

    def curve(self) -> dict[str, Floats]:
        """Return the scores per bucket; the total counts from the start."""
        return {
            "requests": self._requests.per_bucket,
            "regret/total": np.add.accumulate(self._regret.per_bucket),
            "regret/per_request": ratio(self._regret.per_bucket, self._requests.per_bucket),
            "regret/normalised": ratio(self._regret.per_bucket, self._gap.per_bucket),
        }
