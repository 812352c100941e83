"""Training time: the seconds in which the trainer was busy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sim.kernel import Outcome
from sim.score.grid import Grid
from sim.score.metrics.base import About, Metric, Summary


class TrainingTime(Metric):
    """``cost/training_time``: seconds of training within the horizon."""

    order = 13
    says: ClassVar[Mapping[str, About]] = {"cost/training_time": About("s", "less")}

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._seconds = 0.0

    def finish(self, outcome: Outcome) -> None:
        """Read the training time of the run."""
        self._seconds = outcome.training_time

    def summary(self) -> Summary:
        """Return the seconds."""
        return {"cost/training_time": self._seconds}
