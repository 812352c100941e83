"""Feedback: the number of impressions by status.

The counts add up to all impressions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from sim.score.grid import BucketRuns, Grid
from sim.score.metrics.base import About, Metric, Summary
from sim.trace import STATUSES, Chunk

_NAMES = {"positive": "delivered"}


class Feedback(Metric):
    """``feedback/{delivered,negative,expired,lost,pending,reversed}`` at the horizon."""

    order, whole = 7, True
    says: ClassVar[Mapping[str, About]] = {
        f"feedback/{_NAMES.get(status, status)}": About("impressions") for status in STATUSES
    }

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._counts = np.zeros(len(STATUSES), dtype=np.int64)

    def read(self, chunk: Chunk, bucket_runs: BucketRuns) -> None:
        """Read a chunk."""
        status = chunk.status
        self._counts += [np.count_nonzero(status == place) for place in range(len(STATUSES))]

    def summary(self) -> Summary:
        """Return the counts."""
        return {name: float(count) for name, count in zip(self.says, self._counts, strict=True)}
