"""Retention: the share of users who visit until the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from sim.score.grid import BucketRuns, Grid
from sim.score.metrics.base import About, Metric, Scores
from sim.trace import Chunk


class Retention(Metric):
    """``users/retained``: share of users visiting in the horizon's last tenth."""

    order, whole = 9, True
    says: ClassVar[Mapping[str, About]] = {"users/retained": About(better="more")}

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._came = np.zeros(users, dtype=bool)

    def read(self, chunk: Chunk, bucket_runs: BucketRuns) -> None:
        """Read a chunk."""
        first = chunk.request_at.searchsorted(0.9 * self.grid.horizon)
        self._came[chunk.user[first:]] = True

    def summary(self) -> Scores:
        """Return the share."""
        return {"users/retained": float(self._came.mean())}
