"""The list of a sweep's runs: what ``sweep.json`` holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.analysis.jobs.command_line import trusted
from sim.analysis.jobs.swept import differing
from sim.analysis.stopping_rule import StoppingRule, stopping_rule_of
from sim.analysis.stored.plain_data import plain_name
from sim.errors import LabError


@dataclass(frozen=True)
class SweptRun:
    """A job of a sweep, by its last run."""

    run: str  # the name of the run
    choices: Mapping[str, str]  # the names chosen in the config groups
    overrides: tuple[str, ...] = ()
    failed: bool = False
    earlier: tuple[str, ...] | None = None  # its runs with fewer replications; None without a stopping rule


@dataclass(frozen=True)
class SweepList:
    """The runs of a sweep, and what made it."""

    runs: tuple[SweptRun, ...]
    written_at: str = ""
    command: tuple[str, ...] | None = None  # the overrides that made it; None if they are not safe to show
    rule: Mapping[str, Any] | None = None  # the stopping rule as plain data

    @staticmethod
    def of(found: Mapping[str, Any], file: Path) -> SweepList:
        """Return the list in a file.

        Args:
            found: its content; anybody may have written it.
            file: its name, for messages.

        Raises:
            LabError: it is no list of runs.
        """
        jobs, rule = found.get("jobs"), found.get("until")
        if not isinstance(jobs, list) or not all(isinstance(job, dict) and _is_run(job) for job in jobs):
            raise LabError(f"{file}: jobs: is no list of runs")
        if not isinstance(rule, dict | None):
            raise LabError(f"{file}: until: holds no keys")
        return SweepList(tuple(map(_run, jobs)), str(found.get("written_at")), trusted(found.get("command")), rule)

    @property
    def until(self) -> StoppingRule | None:
        """The stopping rule; None: the number of replications was fixed.

        Raises:
            LabError: what is stored is none.
        """
        return None if self.rule is None else stopping_rule_of(self.rule)

    @property
    def earlier(self) -> set[str]:
        """The runs that got more replications later."""
        return {name for one in self.runs for name in one.earlier or ()}

    def text(self, name: str) -> str:
        """Return the content of the file.

        Args:
            name: that of the sweep.
        """
        about: dict[str, Any] = {"sweep": name, "written_at": self.written_at, "jobs": [_plain(r) for r in self.runs]}
        about |= {} if self.command is None else {"command": self.command}
        about |= {} if self.rule is None else {"until": self.rule}
        return json.dumps(about, indent=2) + "\n"


def swept_keys(about: SweepList) -> tuple[str, ...]:
    """Return the keys that differ among a sweep's jobs."""
    return differing([run.overrides for run in about.runs])


def _is_run(job: Mapping[str, Any]) -> bool:
    earlier = job.get("earlier") or []
    if not isinstance(earlier, list) or not isinstance(job.get("choices"), dict):
        return False
    return all(plain_name(name) for name in (job.get("run"), *earlier))


def _run(job: Mapping[str, Any]) -> SweptRun:
    given = job.get("overrides")
    overrides = tuple(map(str, given)) if isinstance(given, list) else ()
    return SweptRun(job["run"], job["choices"], overrides, bool(job.get("failed")), tuple(job.get("earlier") or ()))


def _plain(run: SweptRun) -> dict[str, Any]:
    told = {"run": run.run, "overrides": run.overrides, "choices": dict(run.choices), "failed": run.failed}
    return told if run.earlier is None else told | {"earlier": run.earlier}
