"""Read the list of a sweep's jobs, ``sweep.json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import NoneType
from typing import Any

from sim.analysis.stopping_rule import StoppingRule, stopping_rule_of
from sim.errors import LabError
from sim.lab.config.command_line import trusted
from sim.lab.store.run_folder import Record
from sim.lab.store.untrusted import mapping, plain_name


def about_of(file: Path) -> dict[str, Any]:
    """Return the checked content of an untrusted ``sweep.json``."""
    about = mapping(file)
    jobs = about.get("jobs")
    if not isinstance(jobs, list) or not all(isinstance(job, dict) and _is_job(job) for job in jobs):
        raise LabError(f"{file}: jobs: is no list of runs")
    if not isinstance(about.get("until"), (dict, NoneType)):
        raise LabError(f"{file}: until: holds no keys")
    return about


def _is_job(job: Mapping[str, Any]) -> bool:
    names = [job.get("run"), *(job.get("earlier") or ())]
    return all(plain_name(name) for name in names) and isinstance(job.get("choices"), dict)


def swept_keys(about: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys that differ among a sweep's jobs."""
    jobs = (job.get("overrides") for job in about["jobs"])
    return differing([list(map(str, job)) if isinstance(job, list) else [] for job in jobs])


def differing(jobs: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the keys whose values differ, in given order.

    >>> differing([["learner=ucb1", "seed=0", "trace=true"], ["learner=ucb1", "seed=1", "trace=true"]])
    ('seed',)
    """
    given = [dict(override.lstrip("+").partition("=")[::2] for override in job) for job in jobs]
    keys = dict.fromkeys(key for job in given for key in job)
    return tuple(key for key in keys if len({job.get(key) for job in given}) > 1)


def sweeps(results: Path) -> list[Path]:
    """Return the folders of all sweeps, oldest first."""
    found = [f.parent for f in (results / "sweeps").glob("*/sweep.json")]
    return sorted(found, key=lambda f: ((f / "sweep.json").stat().st_mtime, f.name))


def stopping_rule_of_sweep(results: Path, sweep: str) -> StoppingRule | None:
    """Return the stopping rule of a sweep, or None."""
    asked = _about(results, sweep).get("until")
    return None if asked is None else stopping_rule_of(asked)


def command_of(results: Path, sweep: str) -> tuple[str, ...] | None:
    """Return the overrides that made a sweep, or None."""
    return trusted(_about(results, sweep).get("command"))


def grown_runs(results: Path) -> dict[str, str]:
    """Return the sweep that added replications, by run.

    Sweeps that cannot be read are ignored.
    """
    found: dict[str, str] = {}
    for place in sweeps(results):
        with suppress(LabError):
            about = _about(results, place.name)
            found |= {job["run"]: place.name for job in about["jobs"]} if about.get("until") else {}
    return found


def earlier_runs(results: Path, sweep: str) -> set[str]:
    """Return runs that got more replications in a sweep.

    Their names before that.
    """
    return {name for job in _about(results, sweep)["jobs"] for name in job.get("earlier", ())}


def runs_of(results: Path, sweep: str) -> list[Record]:
    """Return the complete runs of a sweep, in order."""
    about = _about(results, sweep)
    found = [Record(results / "runs" / job["run"], job["choices"]) for job in about["jobs"]]
    return [r for r in found if Record.complete(r.folder)]


def _about(results: Path, sweep: str) -> dict[str, Any]:
    return about_of(results / "sweeps" / sweep / "sweep.json")
