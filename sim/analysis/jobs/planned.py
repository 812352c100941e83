"""Jobs of a sweep, checked together before they run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sim.analysis.jobs.command_line import typed
from sim.analysis.jobs.job import Job, config_of
from sim.analysis.jobs.plan import Plan
from sim.analysis.paired.baseline import resolve_baseline
from sim.analysis.paired.contenders import Contender, contenders, telling
from sim.analysis.paired.scored_run import world_of
from sim.analysis.published_table import Cell
from sim.analysis.run_config import RunConfig
from sim.analysis.stopping_rule import StoppingRule
from sim.errors import LabError
from sim.score import Scores


@dataclass(frozen=True)
class Unscored:
    """A job as a `ScoredRun` without scores."""

    job: Job
    summary: Scores
    replicates: None = None

    @property
    def hash(self) -> str:
        """The name of its run."""
        return self.job.hash

    @cached_property
    def config(self) -> RunConfig:
        """Its configuration, as the run's folder will say."""
        return RunConfig.of(config_of(self.job), "config.yaml")

    @cached_property
    def world(self) -> str:
        """Identity of its world."""
        return world_of(self.config, self.job.folder)


def contenders_of_jobs(jobs: Sequence[Job]) -> list[Contender]:
    """Return the contenders of some jobs, without scores."""
    return contenders([Unscored(job, Scores()) for job in jobs])


def stopping_rule_of_jobs(jobs: Sequence[Job]) -> StoppingRule | None:
    """Return the stopping rule of a sweep, or None.

    Raises:
        LabError: jobs have different ones, or no job is the baseline that it names.
    """
    rules = {job.until for job in jobs}
    if len(rules) > 1:
        raise LabError("replications: with until, all jobs of a sweep have the same; a single value is allowed")
    (until,) = rules or {None}
    if until is not None and until.baseline is not None:
        found = contenders_of_jobs(jobs)
        try:
            resolve_baseline(until.baseline, found, telling(found))
        except LabError as error:
            raise LabError(f"replications.{error}") from None
    return until


def numbers_of_cells(cells: Collection[Cell], plans: Sequence[Plan], jobs: Sequence[Job]) -> dict[Cell, int]:
    """Return the number of each cell's plan.

    Args:
        cells: those of the table, in the order of the jobs.
        plans: the jobs without repetition.
        jobs: one for each cell.

    Raises:
        LabError: there are more or fewer jobs than cells.
    """
    number = {plan.hash: n for n, plan in enumerate(plans)}
    if len(jobs) != len(cells):
        raise LabError(
            f"published: {len(jobs)} jobs for {len(cells)} cells; keys take one value each beside the table's"
        )
    return {cell: number[job.hash] for cell, job in zip(cells, jobs, strict=True)}


def refused(wrong: Mapping[str, Sequence[Sequence[str]]], jobs: Sequence[Sequence[str]]) -> LabError:
    """Return the error of a sweep with impossible jobs.

    Args:
        wrong: for each message, the overrides of the jobs that it is about.
        jobs: the overrides of all jobs.

    >>> print(refused({"seed: is -1": [["seed=-1", "block=2"]]}, [["seed=-1", "block=2"], ["seed=1", "block=2"]]))
    seed: is -1 (job seed=-1)
    """
    return LabError("\n".join(line + _in_jobs(theirs, jobs) for line, theirs in wrong.items()))


def _in_jobs(wrong: Sequence[Sequence[str]], jobs: Sequence[Sequence[str]]) -> str:
    """Return the jobs that a message concerns, if not all."""
    if len(wrong) == len(jobs):
        return ""
    own = " ".join(typed(o for o in wrong[0] if any(o not in job for job in jobs)))
    return f" (job {own}{f' and {len(wrong) - 1} more' if len(wrong) > 1 else ''})"
