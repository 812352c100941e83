"""Log entries that came twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sim.kernel import Outcome
from sim.score.grid import Grid
from sim.score.metrics.base import About, Metric, Summary


class Duplicates(Metric):
    """``feedback/duplicates``: second copies, which the joiner drops.

    No status counts them.
    """

    order = 8
    says: ClassVar[Mapping[str, About]] = {"feedback/duplicates": About("entries", "less")}

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._copies = 0

    def finish(self, outcome: Outcome) -> None:
        """Read the count of the run."""
        self._copies = outcome.duplicates

    def summary(self) -> Summary:
        """Return the count."""
        return {"feedback/duplicates": float(self._copies)}
