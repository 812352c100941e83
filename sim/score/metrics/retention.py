"""Retention: the share of users who visit until the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from sim.score.grid import BucketRuns, Grid
from sim.score.metrics.base import About, Metric, Summary, share
from sim.trace import Chunk


class Retention(Metric):
    """``users/retained``: share of users visiting in the horizon's last tenth.

    Of all who were ever there.
    """

    order, whole = 9, True
    says: ClassVar[Mapping[str, About]] = {"users/retained": About(better="more")}

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._came = np.zeros(0, dtype=bool)  # by number, which may exceed the number of users

    def read(self, chunk: Chunk, bucket_runs: BucketRuns) -> None:
        """Read a chunk."""
        late = chunk.user[chunk.request_at.searchsorted(0.9 * self.grid.horizon) :]
        if (more := int(late.max(initial=-1)) + 1 - len(self._came)) > 0:
            self._came = np.append(self._came, np.zeros(more, dtype=bool))
        self._came[late] = True

    def summary(self) -> Summary:
        """Return the share."""
        return {"users/retained": share(float(self._came.sum()), self.users + len(self.grid.arrivals))}
