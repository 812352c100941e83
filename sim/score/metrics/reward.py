"""Reward: outcomes that happened, observed or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from sim.score.grid import BucketRuns, Grid, Sums
from sim.score.metrics.base import About, Floats, Metric, Summary, ratio, share
from sim.trace import Chunk

DAY = 86400.0


class Reward(Metric):
    """``reward/total``, ``reward/per_request`` and ``reward/per_user_day``.

    The last divides by the days of all users from their arrival to the horizon, with or without visits, those after
    they left included. It therefore includes the value of states: good ones bring users back and keep them.
    """

    order = 1
    says: ClassVar[Mapping[str, About]] = {
        "reward/total": About(better="more"),
        "reward/per_request": About(better="more", chart=True),
        "reward/per_user_day": About(better="more"),
    }

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._reward, self._requests = Sums(), Sums()

    def read(self, chunk: Chunk, bucket_runs: BucketRuns) -> None:
        """Read a chunk."""
        self._reward.add(bucket_runs, chunk.reward)
        self._requests.count(bucket_runs)

    def summary(self) -> Summary:
        """Return the three scores."""
        days = self.users * (self.grid.horizon - self.grid.start) / DAY + float(self.grid.arrived().sum()) / DAY
        return {
            "reward/total": self._reward.total,
            "reward/per_request": share(self._reward.total, self._requests.total),
            "reward/per_user_day": share(self._reward.total, days),
        }

    def curve(self) -> dict[str, Floats]:
        """Return the scores per bucket; the total is cumulative."""
        days = self.users * self.grid.scored() / DAY + self.grid.arrived() / DAY
        return {
            "reward/total": np.add.accumulate(self._reward.per_bucket),
            "reward/per_request": ratio(self._reward.per_bucket, self._requests.per_bucket),
            "reward/per_user_day": ratio(self._reward.per_bucket, days),
        }
