"""Versions: how many were trained, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from sim.kernel import Outcome
from sim.score.grid import Grid
from sim.score.metrics.base import About, Metric, Summary

_FATES = ("superseded", "rejected", "rolled_back")


class Versions(Metric):
    """``versions/trained`` and what became of these, over the whole run.

    Version 0 is untrained and not counted. Those rejected were never pushed, those rolled back were live before; those
    untested passed although too little was known for a test.
    """

    order = 11
    says: ClassVar[Mapping[str, About]] = {
        f"versions/{name}": About("versions") for name in ("trained", "pushed", *_FATES, "untested")
    }

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._counts: tuple[int, ...] = (0,) * len(self.says)

    def finish(self, outcome: Outcome) -> None:
        """Count the versions whose training ended within the run."""
        trained = [version for version in outcome.versions[1:] if version.trained_at is not None]
        pushed = sum(version.live_at is not None for version in trained)
        fates = [sum(version.status == fate for version in trained) for fate in _FATES]
        self._counts = (len(trained), pushed, *fates, outcome.untested)

    def summary(self) -> Summary:
        """Return the counts."""
        return {name: float(count) for name, count in zip(self.says, self._counts, strict=True)}
