"""A sweep: name, jobs and their outcomes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sim.analysis.claims.checked import Checked
from sim.analysis.claims.claim import Claim
from sim.analysis.identity import short
from sim.analysis.jobs.command_line import typed
from sim.analysis.jobs.plan import Plan
from sim.analysis.jobs.swept import differing
from sim.analysis.paired.comparison import comparison
from sim.analysis.paired.stopping_status import further
from sim.analysis.published_table import Cell, Published
from sim.analysis.rules.rule import Rules
from sim.analysis.stopping_rule import StoppingRule
from sim.lab.base.progress import progress
from sim.lab.config.input_errors import outcome
from sim.lab.config.job import results_of
from sim.lab.report.decisions.base import Decision
from sim.lab.store.atomic import clean, usable
from sim.lab.store.run_folder import Record
from sim.lab.tracking.tracker import NoTracker, tracker_of
from sim.lazy import hydra, omegaconf

Note = Callable[[int, "hydra.core.utils.JobReturn | None"], None]
Outcome = Mapping[str, str | None]  # see `outcome`


class SweepFailed(RuntimeError):
    """Some jobs of a sweep failed; the message lists them."""

    wrong_input = False


@dataclass
class Sweep:
    """A sweep in progress.

    Its name follows from its runs: the same sweep, run again, has the same name.
    """

    plans: list[Plan]  # the jobs, each run once; a search adds to them
    results: Path  # the results folder
    tracker: NoTracker  # where it is logged
    errors: dict[str, Outcome] = field(default_factory=dict)  # of jobs that failed, by run
    until: StoppingRule | None = None  # the stopping rule; None: the number of replications is fixed
    command: tuple[str, ...] | None = None  # the overrides that make it
    swept: tuple[str, ...] = ()  # the settings that differ among the jobs; empty: those of the overrides that differ
    published: tuple[Published, Mapping[Cell, int]] | None = None  # a table to reproduce, and each cell's plan
    claims: tuple[Claim, ...] = ()  # to check at the end
    rules: Rules | None = None  # rules of thumb to test at the end
    checked: Sequence[Checked] = ()  # the claims, once they are
    decision: type[Decision] | None = None  # what it is asked
    name: str = ""  # experiment and a hash of the runs, such as ``online_or_batch-1f2e3d4c``; a search sets its own
    _asked: set[str] = field(init=False, default_factory=set)
    _read: dict[str, Record] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        if not self.name:
            told = [] if self.until is None else [json.dumps(self.until.plain())]
            head = self.plans[0].experiment or "sweep"
            self.name = f"{head}-{short(' '.join([*sorted(p.hash for p in self.plans), *told]))[:8]}"
        self.swept = self.swept or differing([typed(plan.overrides) for plan in self.plans])

    @property
    def folder(self) -> Path:
        """The folder of table and figure."""
        return self.results / "sweeps" / self.name

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
        """Add replications where needed; return the jobs to run.

        No run is requested twice: a job that failed gets no more replications, and its last complete run counts.
        """
        if self.until is None:
            return []

        self.fall_back()
        wanted = further(comparison(self.records(), until=self.until)) if self.records() else {}
        grown = {n: p.at(wanted[p.hash]) for n, p in enumerate(self.plans) if p.hash in wanted}
        numbers = [n for n, plan in grown.items() if plan.hash not in self._asked]
        for n in numbers:
            self.plans[n] = grown[n]
            self._asked.add(grown[n].hash)
        return numbers

    def fall_back(self) -> None:
        """Let each job be represented by its last complete run."""
        for number, plan in enumerate(self.plans):
            done = [*self.earlier(plan), plan.hash]
            if there := [name for name in done if Record.complete(self.results / "runs" / name)]:
                self.plans[number] = replace(plan, hash=there[-1])

    def earlier(self, plan: Plan) -> list[str]:
        """Return a job's runs with fewer replications."""
        return [name for count, name in plan.looks.items() if count < (plan.replications or 0)]

    def _record(self, plan: Plan) -> Record:
        """Return a job's run, whose small files are read once."""
        if plan.hash not in self._read:
            self._read[plan.hash] = Record(self.results / "runs" / plan.hash, plan.choices)
        return self._read[plan.hash]

    def failures(self) -> list[tuple[Plan, Outcome]]:
        """Return the jobs that failed, at any analysis."""
        names = [next((n for n in (p.hash, *p.looks.values()) if n in self.errors), None) for p in self.plans]
        return [(plan, self.errors[name]) for plan, name in zip(self.plans, names, strict=True) if name is not None]

    def raise_failures(self) -> None:
        """Raise `SweepFailed` if some jobs failed."""
        if failed := self.failures():
            why = [how["told"] or str(how["error"]).strip().splitlines()[-1] for _, how in failed]
            lines = [f"  {' '.join(typed(p.overrides))}: {line}" for (p, _), line in zip(failed, why, strict=True)]
            where = self.folder / "failures.txt"
            error = SweepFailed("\n".join([f"{len(failed)} of {len(self.plans)} jobs failed; see {where}", *lines]))
            error.wrong_input = all(how["told"] for _, how in failed)
            raise error

    def records(self) -> list[Record]:
        """Return the complete runs, in the order of jobs."""
        found = [self._record(p) for p in self.plans]
        return [r for r in found if Record.complete(r.folder)]

    def measured(self, name: str, plan: Plan) -> list[float]:
        """Return a score of each replication; empty if not run."""
        if not Record.complete((record := self._record(plan)).folder):
            return []
        if (rows := record.replicates) is not None:
            return [float(value) for value in rows[name]] if name in rows else []
        value = record.summary.get(name)
        return [] if value is None else [value]


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
    sweep = Sweep(plans, results, tracker, until=until, name=name)
    with omegaconf.read_write(config), omegaconf.open_dict(config):
        config.sweep = sweep.name
    return sweep
