"""The jobs of a sweep: name, added replications, failures."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim.analysis.identity import short
from sim.analysis.jobs.command_line import trusted, typed
from sim.analysis.jobs.plan import Plan
from sim.analysis.jobs.swept import differing
from sim.analysis.paired.comparison import comparison
from sim.analysis.paired.scored_run import ScoredRun
from sim.analysis.paired.stopping_status import further
from sim.analysis.stopping_rule import StoppingRule
from sim.analysis.stored.sweep_list import SweepList, SweptRun

Outcome = Mapping[str, str | None]  # ``error``, the traceback, and ``told``, the message if the input is wrong


class SweepFailed(RuntimeError):
    """Some jobs of a sweep failed; the message lists them.

    Attributes:
        code: with which the program ends: 2 if the input of all of them is wrong, else 1.
    """

    def __init__(self, message: str, wrong_input: bool) -> None:
        super().__init__(message)
        self.code = 2 if wrong_input else 1


@dataclass(kw_only=True)
class SweepJobs:
    """The jobs of a sweep, and how far they are.

    The name follows from the runs: the same sweep, run again, has the same name.
    """

    plans: list[Plan]  # the jobs, each run once; a search adds to them
    errors: dict[str, Outcome] = field(default_factory=dict)  # of jobs that failed, by run
    until: StoppingRule | None = None  # the stopping rule; None: the number of replications is fixed
    command: tuple[str, ...] | None = None  # the overrides that make it
    swept: tuple[str, ...] = ()  # the settings that differ among the jobs; empty: those of the overrides that differ
    name: str = ""  # experiment and a hash of the runs, such as ``online_or_batch-1f2e3d4c``; a search sets its own
    _asked: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        if not self.name:
            told = [] if self.until is None else [json.dumps(self.until.plain())]
            head = self.plans[0].experiment or "sweep"
            self.name = f"{head}-{short(' '.join([*sorted(p.hash for p in self.plans), *told]))[:8]}"
        self.swept = self.swept or differing([typed(plan.overrides) for plan in self.plans])

    def fall_back(self, complete: Callable[[str], bool]) -> None:
        """Let each job be represented by its last complete run.

        Args:
            complete: says whether the run of a name is complete.
        """
        self.plans[:] = [plan.last(complete) for plan in self.plans]

    def add_replications(self, records: Sequence[ScoredRun]) -> list[int]:
        """Add replications where the stopping rule wants more.

        No run is requested twice: a job that failed gets no more replications, and its last complete run counts.

        Args:
            records: the runs so far.

        Returns:
            The numbers of the jobs to run.
        """
        wanted = further(comparison(records, until=self.until)) if records else {}
        grown = {n: p.at(wanted[p.hash]) for n, p in enumerate(self.plans) if p.hash in wanted}
        numbers = [n for n, plan in grown.items() if plan.hash not in self._asked]
        for n in numbers:
            self.plans[n] = grown[n]
            self._asked.add(grown[n].hash)
        return numbers

    def failures(self) -> list[tuple[Plan, Outcome]]:
        """Return the jobs that failed, at any analysis."""
        names = [next((n for n in (p.hash, *p.looks.values()) if n in self.errors), None) for p in self.plans]
        return [(plan, self.errors[name]) for plan, name in zip(self.plans, names, strict=True) if name is not None]

    def failures_text(self) -> str:
        """Return the overrides and the traceback of each failed job."""
        return "\n\n".join(f"{' '.join(typed(plan.overrides))}\n{how['error']}" for plan, how in self.failures())

    def raise_failures(self, where: Path) -> None:
        """Raise `SweepFailed` if some jobs failed.

        Args:
            where: the file of `failures_text`.
        """
        if failed := self.failures():
            why = [how["told"] or str(how["error"]).strip().splitlines()[-1] for _, how in failed]
            lines = [f"  {' '.join(typed(p.overrides))}: {line}" for (p, _), line in zip(failed, why, strict=True)]
            told = "\n".join([f"{len(failed)} of {len(self.plans)} jobs failed; see {where}", *lines])
            raise SweepFailed(told, all(how["told"] for _, how in failed))

    def listed(self, written_at: str) -> SweepList:
        """Return the list of its runs.

        Args:
            written_at: the present time.
        """
        failed = [plan for plan, _ in self.failures()]
        runs = tuple(
            SweptRun(p.hash, p.choices, tuple(typed(p.overrides)), p in failed, p.earlier if p.looks else None)
            for p in self.plans
        )
        rule = None if self.until is None else self.until.plain()
        return SweepList(runs, written_at, trusted(list(self.command or ())), rule)
