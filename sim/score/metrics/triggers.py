"""Triggers that did not start a training of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sim.kernel import Outcome
from sim.score.grid import Grid
from sim.score.metrics.base import About, Metric, Summary


class Triggers(Metric):
    """``triggers/merged``: triggers merged into another while the trainer was busy."""

    order = 12
    says: ClassVar[Mapping[str, About]] = {"triggers/merged": About("triggers")}

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._merged = 0

    def finish(self, outcome: Outcome) -> None:
        """Read the count of the run."""
        self._merged = outcome.merged

    def summary(self) -> Summary:
        """Return the count."""
        return {"triggers/merged": float(self._merged)}
