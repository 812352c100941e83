"""A sweep in progress: its jobs, folder and tracker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.analysis.claims.checked import Checked
from sim.analysis.decision import Decision
from sim.analysis.jobs.plan import Plan
from sim.analysis.jobs.questions import Questions
from sim.analysis.jobs.sweep_jobs import SweepJobs
from sim.analysis.published import replicated
from sim.analysis.published_table import Cell
from sim.analysis.stopping_rule import StoppingRule
from sim.lab.base.progress import progress
from sim.lab.config.input_errors import outcome
from sim.lab.config.job import results_of
from sim.lab.store.atomic import clean, usable
from sim.lab.store.run_folder import Record
from sim.lab.tracking.tracker import NoTracker, tracker_of
from sim.lazy import hydra, omegaconf

Note = Callable[[int, "hydra.core.utils.JobReturn | None"], None]


@dataclass(kw_only=True)
class Sweep(SweepJobs):
    """A sweep in progress: its jobs, and where they go."""

    results: Path  # the results folder
    tracker: NoTracker  # where it is logged
    questions: Questions = field(default_factory=Questions)  # to answer at the end
    cells: Mapping[Cell, int] = field(default_factory=dict)  # the number of the plan for each cell of a table
    checked: Sequence[Checked] = ()  # the claims, once they are
    decision: Decision | None = None  # what it is asked
    _read: dict[str, Record] = field(init=False, default_factory=dict)

    @property
    def folder(self) -> Path:
        """The folder of table and figure."""
        return self.results / "sweeps" / self.name

    @property
    def failures_file(self) -> Path:
        """The file of the failed jobs."""
        return self.folder / "failures.txt"

    @contextmanager
    def progress(self, numbers: Sequence[int], total: int | None = None) -> Iterator[Note]:
        """Show progress; yield what takes a job's number and result."""
        counts = sorted({c for n in numbers if (c := self.plans[n].replications) is not None})
        more = f", {' and '.join(map(str, counts))} replications" if counts else ""
        with progress(f"{self.name}{more}", len(numbers) if total is None else total) as done:

            def note(number: int, result: hydra.core.utils.JobReturn | None) -> None:
                if result is not None:  # None: no job was needed
                    self._note(self.plans[number], result)
                done(result is None or _came(result) is None)  # it was there already

            yield note

    def _note(self, plan: Plan, result: hydra.core.utils.JobReturn) -> None:
        returned = _came(result)
        if isinstance(returned, dict) and returned["error"]:
            self.errors[plan.hash] = returned
        elif self.until is None:
            self.log([self._record(plan)])

    def log(self, records: list[Record]) -> None:
        """Log runs for this sweep."""
        for record in records:
            self.tracker.log_run(record, self.name, self.swept)

    def grow(self) -> list[int]:
        """Add replications where needed; return the jobs to run."""
        if self.until is None:
            return []
        self.fall_back(self.complete)
        return self.add_replications(self.records())

    def complete(self, run: str) -> bool:
        """Say whether a run is complete."""
        return Record.complete(self.results / "runs" / run)

    def _record(self, plan: Plan) -> Record:
        """Return a job's run, whose small files are read once."""
        if plan.hash not in self._read:
            self._read[plan.hash] = Record(self.results / "runs" / plan.hash, plan.choices)
        return self._read[plan.hash]

    def records(self) -> list[Record]:
        """Return the complete runs, in the order of jobs."""
        return [self._record(plan) for plan in self.plans if self.complete(plan.hash)]

    def measured(self, name: str, plan: Plan) -> list[float]:
        """Return a score of each replication; empty if not run."""
        return replicated(self._record(plan), name) if self.complete(plan.hash) else []


def _came(result: hydra.core.utils.JobReturn) -> Any:
    """Return what a job returned, or its error as `outcome`."""
    try:
        return result.return_value
    except Exception as error:
        return outcome(error)


def start(plans: list[Plan], config: omegaconf.DictConfig, until: StoppingRule | None = None, name: str = "") -> Sweep:
    """Prepare folders and tracker, so that parallel jobs need not.

    The sweep's name is set in the master configuration.
    """
    results = results_of(config)
    tracker = tracker_of(config.tracker, results)
    usable(results)
    for folder in (results / "runs", results / "sweeps", *(results / "sweeps").glob("*/")):
        clean(folder)
    tracker.prepare()
    sweep = Sweep(plans=plans, results=results, tracker=tracker, until=until, name=name)
    with omegaconf.read_write(config), omegaconf.open_dict(config):
        config.sweep = sweep.name
    return sweep
