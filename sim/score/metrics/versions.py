"""Versions: the numbers trained, pushed and superseded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sim.kernel import Outcome
from sim.score.grid import Grid
from sim.score.metrics.base import About, Metric, Scores


class Versions(Metric):
    """``versions/trained``, ``pushed`` and ``superseded``, over the whole run.

    Version 0 is untrained and not counted.
    """

    order = 11
    says: ClassVar[Mapping[str, About]] = {
        f"versions/{name}": About("versions") for name in ("trained", "pushed", "superseded")
    }

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._trained = self._pushed = self._superseded = 0

    def finish(self, outcome: Outcome) -> None:
        """Count the versions whose training ended within the run."""
        trained = [version for version in outcome.versions[1:] if version.trained_at is not None]
        self._trained = len(trained)
        self._pushed = sum(version.live_at is not None for version in trained)
        self._superseded = sum(version.status == "superseded" for version in trained)

    def summary(self) -> Scores:
        """Return the three counts."""
        counts = (self._trained, self._pushed, self._superseded)
        return {name: float(count) for name, count in zip(self.says, counts, strict=True)}
