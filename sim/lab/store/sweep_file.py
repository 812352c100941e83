"""Files about several runs: sweeps, trials of searches, interim analyses.

All of them may be a stranger's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from types import NoneType
from typing import Any

from sim.analysis.jobs.command_line import trusted
from sim.analysis.stopping_rule import StoppingRule, stopping_rule_of
from sim.analysis.stored.plain_data import MOST_NUMBER
from sim.errors import LabError, refusing, whole
from sim.lab.config.job import Job
from sim.lab.store.atomic import write_atomic
from sim.lab.store.run_folder import Record
from sim.lab.store.untrusted import content, mapping, plain_name
from sim.lazy import pd

TRIALS = "trials.csv"


def about_of(file: Path) -> dict[str, Any]:
    """Return the checked content of a ``sweep.json``."""
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


def _about(results: Path, sweep: str) -> dict[str, Any]:
    return about_of(results / "sweeps" / sweep / "sweep.json")


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
    """Return the sweep that added replications, by run."""
    found: dict[str, str] = {}
    for place in sweeps(results):
        with suppress(LabError):  # one that cannot be read adds none
            about = _about(results, place.name)
            found |= {job["run"]: place.name for job in about["jobs"]} if about.get("until") else {}
    return found


def earlier_runs(results: Path, sweep: str) -> set[str]:
    """Return a sweep's runs that got more replications later."""
    return {name for job in _about(results, sweep)["jobs"] for name in job.get("earlier", ())}


def runs_of(results: Path, sweep: str) -> list[Record]:
    """Return the complete runs of a sweep, in order."""
    about = _about(results, sweep)
    found = [Record(results / "runs" / job["run"], job["choices"]) for job in about["jobs"]]
    return [r for r in found if Record.complete(r.folder)]


def trials_of(folder: Path) -> Iterator[tuple[str, int, float]]:
    """Yield metric, step and value of a search's trials."""
    if not (file := folder / TRIALS).is_file():
        return
    with refusing(f"{file}: is no list of trials", ValueError, LookupError, TypeError, OverflowError):
        rows: list[dict[Any, Any]] = pd.read_csv(BytesIO(content(file))).to_dict("records")
        for row in rows:
            for name, column in (("objective", "objective"), ("objective/best", "best")):
                if row[column] == row[column]:  # a failed one is NaN
                    yield name, whole(f"{TRIALS}: trial", row["trial"], 0, MOST_NUMBER), float(row[column])


def check_interim_analyses(jobs: Iterable[Job], results: Path) -> None:
    """Refuse jobs that were analysed by another plan before.

    Each analysis spends its share of 5 % (`sim.analysis.stopping_rule`), and the shares are those of the planned
    analyses. A plan that changes after data were seen would spend more.
    """
    for job in jobs:
        file = _analyses(job, results)
        if job.until is None or not file.is_file():
            continue
        if (why := job.until.refused_after(stopping_rule_of(mapping(file)))) is not None:
            raise LabError(why)


def record_interim_analyses(jobs: Iterable[Job], results: Path) -> None:
    """Record the plan of jobs with a complete run, once."""
    for job in jobs:
        file = _analyses(job, results)
        seen = Record.complete(results / "runs" / job.of(job.replications).hash)
        if job.until is not None and seen and not file.exists():
            write_atomic(file, (json.dumps(job.until.plain()) + "\n").encode())


def _analyses(job: Job, results: Path) -> Path:
    """Return the record's file of scenario, agent and seed."""
    return results / "looks" / f"{job.of(1).hash}.json"
