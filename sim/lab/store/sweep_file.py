"""Files about several runs: sweeps, trials of searches, interim analyses.

All of them may be a stranger's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sim.analysis.jobs.trials import points_of
from sim.analysis.stopping_rule import stopping_rule_of
from sim.analysis.stored.sweep_list import SweepList
from sim.errors import LabError, refusing
from sim.lab.config.job import Job
from sim.lab.store.atomic import write_atomic
from sim.lab.store.run_folder import Record
from sim.lab.store.untrusted import content, mapping

TRIALS = "trials.csv"


def about_of(file: Path) -> SweepList:
    """Return the checked content of a ``sweep.json``."""
    return SweepList.of(mapping(file), file)


def about(results: Path, sweep: str) -> SweepList:
    """Return the checked list of a sweep's runs."""
    return about_of(results / "sweeps" / sweep / "sweep.json")


def sweeps(results: Path) -> list[Path]:
    """Return the folders of all sweeps, oldest first."""
    found = [f.parent for f in (results / "sweeps").glob("*/sweep.json")]
    return sorted(found, key=lambda f: ((f / "sweep.json").stat().st_mtime, f.name))


def grown_runs(results: Path) -> dict[str, str]:
    """Return the sweep that added replications, by run."""
    found: dict[str, str] = {}
    for place in sweeps(results):
        with suppress(LabError):  # one that cannot be read adds none
            listed = about(results, place.name)
            found |= {one.run: place.name for one in listed.runs} if listed.rule else {}
    return found


def runs_of(results: Path, sweep: str) -> list[Record]:
    """Return the complete runs of a sweep, in order."""
    found = [Record(results / "runs" / one.run, one.choices) for one in about(results, sweep).runs]
    return [r for r in found if Record.complete(r.folder)]


def trials_of(folder: Path) -> list[tuple[str, int, float]]:
    """Return metric, step and value of a search's trials."""
    if not (file := folder / TRIALS).is_file():
        return []
    with refusing(f"{file}: is no list of trials", ValueError, LookupError, TypeError, OverflowError):
        return points_of(content(file))


def check_interim_analyses(jobs: Iterable[Job], results: Path) -> None:
    """Refuse jobs that were analysed by another plan before.

    Each analysis spends its share of 5 % (`sim.analysis.stopping_rule`), and the shares are those of the planned
    analyses. A plan that changes after data were seen would spend more.
    """
    for job in jobs:
        if job.until is None or not (file := _analyses(job, results)).is_file():
            continue
        if (why := job.until.refused_after(stopping_rule_of(mapping(file)))) is not None:
            raise LabError(why)


def record_interim_analyses(jobs: Iterable[Job], results: Path) -> None:
    """Record the plan of jobs with a complete run, once."""
    for job in jobs:
        if job.until is None or not Record.complete(results / "runs" / job.of(job.replications).hash):
            continue
        if not (file := _analyses(job, results)).exists():
            write_atomic(file, (json.dumps(job.until.plain()) + "\n").encode())


def _analyses(job: Job, results: Path) -> Path:
    """Return the record's file of scenario, agent and seed."""
    return results / "looks" / f"{job.of(1).hash}.json"
