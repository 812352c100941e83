"""The share of positives that are credited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from sim.score.grid import BucketRuns, Grid
from sim.score.metrics.base import About, Metric, Summary, share
from sim.trace import Chunk


class Credited(Metric):
    """``feedback/credited``: share of positives within their window.

    Of all that the world decided, also where the answer comes after the horizon; so in the mean the delay's
    distribution function at the window. What an incident lost is not credited.
    """

    order, whole = 8, True
    says: ClassVar[Mapping[str, About]] = {"feedback/credited": About()}

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._credited = self._positives = 0

    def read(self, chunk: Chunk, bucket_runs: BucketRuns) -> None:
        """Read a chunk."""
        self._credited += int(np.count_nonzero(chunk.credited))
        self._positives += int(np.count_nonzero(chunk.outcome))

    def summary(self) -> Summary:
        """Return the share."""
        return {"feedback/credited": share(float(self._credited), float(self._positives))}
