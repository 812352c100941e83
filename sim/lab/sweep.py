"""A sweep: its name, its jobs, what became of them, and what is written when all are done."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.lab.console import complain, errors, out
from sim.lab.folder import clean, usable, write_atomic
from sim.lab.identity import short
from sim.lab.overrides import typed
from sim.lab.record import Record

if TYPE_CHECKING:
    from hydra.core.utils import JobReturn
    from omegaconf import DictConfig

    from sim.lab.tracker import Tracker


class SweepFailed(RuntimeError):
    """Some jobs of a sweep failed; the message lists them.

    Attributes:
        wrong_input: whether what was given is to blame in each of them, such as an agent's code.
    """

    wrong_input = False


@dataclass(frozen=True)
class Plan:
    """A job of a sweep.

    Attributes:
        hash: the name of its run.
        overrides: what makes it this job.
        experiment: the experiment it belongs to.
        choices: the names it chose in the config groups.
        trace: whether the trace is wanted.
        rerun: whether to compute it even if it is there.
    """

    hash: str
    overrides: tuple[str, ...]
    experiment: str | None
    choices: Mapping[str, str] = field(default_factory=dict)
    trace: bool = False
    rerun: bool = False


@dataclass
class Sweep:
    """A sweep under way. Its name follows from its runs: the same sweep again is the same sweep.

    Attributes:
        plans: the jobs, each run once.
        results: the results folder.
        tracker: where it is logged.
        errors: the traceback of each job that failed, by run.
        told: the line for people of those in which the input is to blame, by run.
    """

    plans: list[Plan]
    results: Path
    tracker: Tracker
    errors: dict[str, str] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Experiment and a hash of the runs, such as ``online_or_batch-1f2e3d4c``."""
        head = self.plans[0].experiment or "sweep"
        return f"{head}-{short(' '.join(sorted(p.hash for p in self.plans)))[:8]}"

    @property
    def folder(self) -> Path:
        """Where table and figure go."""
        return self.results / "sweeps" / self.name

    @contextmanager
    def progress(self) -> Iterator[Callable[[int, JobReturn], None]]:
        """Show a bar over the jobs; yield what takes the number of a job that is done and what it returned."""
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=errors()) as bar:
            task = bar.add_task(self.name, total=len(self.plans))

            def note(number: int, result: JobReturn) -> None:
                self._note(self.plans[number], result)
                bar.advance(task)

            yield note

    def _note(self, plan: Plan, result: JobReturn) -> None:
        returned = result._return_value
        if isinstance(returned, BaseException):
            self.errors[plan.hash] = "".join(traceback.format_exception(returned))
        elif isinstance(returned, dict) and returned["error"]:
            self.errors[plan.hash] = returned["error"]
            self.told |= {plan.hash: returned["told"]} if returned["told"] else {}
        else:
            self.tracker.log_run(self._record(plan), self.name)

    def _record(self, plan: Plan) -> Record:
        """Return the run of a job, by the names that this sweep calls it."""
        return Record(self.results / "runs" / plan.hash, plan.choices)

    def failures(self) -> list[tuple[Plan, str]]:
        """Return the jobs that failed, with the traceback."""
        return [(plan, self.errors[plan.hash]) for plan in self.plans if plan.hash in self.errors]

    def raise_failures(self) -> None:
        """Raise if some jobs failed."""
        if failed := self.failures():
            why = {p.hash: self.told.get(p.hash) or e.strip().splitlines()[-1] for p, e in failed}
            lines = [f"  {' '.join(typed(p.overrides))}: {why[p.hash]}" for p, _ in failed]
            where = self.folder / "failures.txt"
            error = SweepFailed("\n".join([f"{len(failed)} of {len(self.plans)} jobs failed; see {where}", *lines]))
            error.wrong_input = len(self.told) == len(failed)
            raise error

    def records(self) -> list[Record]:
        """Return the complete runs, in the order of the jobs."""
        found = [self._record(p) for p in self.plans]
        return [r for r in found if Record.complete(r.folder)]


def start(plans: list[Plan], config: DictConfig) -> Sweep:
    """Prepare everything that must be there before the first job: no two jobs race for it.

    Args:
        plans: the jobs.
        config: the master configuration.
    """
    from sim.lab.tracker import tracker_of

    results = Path(config.results.dir).expanduser().absolute()
    usable(results)
    for folder in (results / "runs", results / "sweeps", *(results / "sweeps").glob("*/")):
        clean(folder)
    tracker = tracker_of(config.tracker, results)
    tracker.prepare()
    return Sweep(plans, results, tracker)


def finish(sweep: Sweep) -> None:
    """Write table, figure and list of jobs; log them; tell people where they are."""
    from sim.lab.compare.tables import show
    from sim.lab.compare.worlds import comparison
    from sim.lab.figure import draw
    from sim.lab.page.page import html
    from sim.lab.saturation import saturated_among
    from sim.lab.table import compare, title

    _write_list(sweep)
    if not (records := sweep.records()):
        return
    frame = compare(records)
    write_atomic(sweep.folder / "comparison.csv", frame.to_csv(index=False).encode())
    write_atomic(sweep.folder / "comparison.parquet", frame.to_parquet(index=False))
    figure = sweep.folder / "comparison.png"
    draw(records, figure)
    found, heading = comparison(records), title(records)
    write_atomic(sweep.folder / "report.html", html(found, heading).encode())
    show(found, heading, out())
    if (line := saturated_among(records)) is not None:
        complain(line)
    sweep.tracker.log_sweep(sweep.folder)
    out().print(
        f"runs    {sweep.results / 'runs'}\ntable   {sweep.folder / 'comparison.csv'}\nfigure  {figure}\n"
        f"report  {sweep.folder / 'report.html'}",
        **_PLAIN,
    )
    out().print(sweep.tracker.where(), **_PLAIN)


_PLAIN: dict[str, Any] = {"highlight": False, "soft_wrap": True, "markup": False}


def _write_list(sweep: Sweep) -> None:
    jobs = [
        {"run": p.hash, "overrides": typed(p.overrides), "choices": dict(p.choices), "failed": p.hash in sweep.errors}
        for p in sweep.plans
    ]
    about = {"sweep": sweep.name, "written_at": datetime.now(UTC).isoformat(timespec="seconds"), "jobs": jobs}
    write_atomic(sweep.folder / "sweep.json", (json.dumps(about, indent=2) + "\n").encode())
    failures = sweep.folder / "failures.txt"
    failures.unlink(missing_ok=True)
    if failed := sweep.failures():
        write_atomic(failures, "\n\n".join(f"{' '.join(typed(p.overrides))}\n{e}" for p, e in failed).encode())


def sweeps(results: Path) -> list[Path]:
    """Return the folders of all sweeps, oldest first."""
    found = [f.parent for f in (results / "sweeps").glob("*/sweep.json")]
    return sorted(found, key=lambda f: ((f / "sweep.json").stat().st_mtime, f.name))


def runs_of(results: Path, sweep: str) -> list[Record]:
    """Return the complete runs of a sweep, in the order of its jobs."""
    about = json.loads((results / "sweeps" / sweep / "sweep.json").read_text(encoding="utf-8"))
    found = [Record(results / "runs" / job["run"], job["choices"]) for job in about["jobs"]]
    return [r for r in found if Record.complete(r.folder)]
