"""What a sweep is to answer besides its comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.analysis.claims.claim import Claim, claims_of
from sim.analysis.claims.named import Agents, pairs_of
from sim.analysis.jobs.job import Job
from sim.analysis.jobs.planned import contenders_of_jobs
from sim.analysis.published_table import Cell, Published, published_of


@dataclass(frozen=True)
class Questions:
    """The questions of a sweep."""

    published: Published | None = None  # a table to reproduce
    claims: tuple[Claim, ...] = ()  # to check at the end
    quick: bool = False  # whether only to show that it works

    @staticmethod
    def of(published: Any, claims: Any, quick: bool) -> Questions:
        """Return the questions that plain data describe.

        Args:
            published: of a table, None without one.
            claims: of claims, None without any.
            quick: whether only to show that it works.

        Raises:
            LabError: they describe none; it has a line for each problem.
        """
        return Questions(
            None if published is None else published_of(published),
            () if claims is None else claims_of(claims),
            quick,
        )

    @property
    def cells(self) -> dict[Cell, dict[str, Any]]:
        """The settings of each cell of the table."""
        return {} if self.published is None else self.published.settings(quick=self.quick)

    def grids(self, grids: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return the grids of the sweep.

        Args:
            grids: those that are asked for; each is run for each cell of the table.
        """
        return [{**grid, **cell} for cell in self.cells.values() or [{}] for grid in grids]

    def check(self, jobs: Sequence[Job], agents: Agents) -> None:
        """Check that the jobs can answer them.

        Args:
            jobs: all of the sweep.
            agents: those that have a name.

        Raises:
            LabError: a claim is about runs that are not among them.
        """
        for claim in self.claims:
            pairs_of(claim, contenders_of_jobs(jobs), agents)
