"""Reward: outcomes that happened, whether or not anyone has seen them."""

from __future__ import annotations

import numpy as np

from sim.score.grid import Grid, Stretches, Sums
from sim.score.metrics.base import Floats, Metric, Scores, ratio, share
from sim.trace import Chunk


class Reward(Metric):
    """``reward/total`` and ``reward/per_request``."""

    order = 1

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._reward, self._requests = Sums(), Sums()

    def read(self, chunk: Chunk, stretches: Stretches) -> None:
        """Take in a chunk."""
        self._reward.add(stretches, chunk.reward)
        self._requests.count(stretches)

    def summary(self) -> Scores:
        """Return both scores."""
        return {
            "reward/total": self._reward.total,
            "reward/per_request": share(self._reward.total, self._requests.total),
        }

    def curve(self) -> dict[str, Floats]:
        """Return both scores per bucket; the total counts from the start."""
        return {
            "reward/total": np.add.accumulate(self._reward.per_bucket),
            "reward/per_request": ratio(self._reward.per_bucket, self._requests.per_bucket),
        }
