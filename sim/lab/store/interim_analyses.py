"""The interim analyses of runs, recorded beside them.

The plan of analyses may not change after the first one.

Each analysis spends its share of 5 % (`sim.analysis.stopping_rule`), and the shares are those of the planned analyses.
A plan that changes after data were seen would spend more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.stopping_rule import stopping_rule_of
from sim.errors import LabError
from sim.lab.store.atomic import write_atomic
from sim.lab.store.run_folder import Record
from sim.lab.store.untrusted import mapping

if TYPE_CHECKING:
    from sim.lab.config.job import Job


def check_interim_analyses(jobs: Iterable[Job], results: Path) -> None:
    """Refuse jobs that were analysed by another plan before."""
    for job in jobs:
        file = _file(job, results)
        if job.until is None or not file.is_file():
            continue
        if (why := job.until.refused_after(stopping_rule_of(mapping(file)))) is not None:
            raise LabError(why)


def record_interim_analyses(jobs: Iterable[Job], results: Path) -> None:
    """Record the analyses of jobs with a complete run.

    The first record of a job is kept.
    """
    for job in jobs:
        file = _file(job, results)
        seen = Record.complete(results / "runs" / job.of(job.replications).hash)
        if job.until is not None and seen and not file.exists():
            write_atomic(file, (json.dumps(job.until.plain()) + "\n").encode())


def _file(job: Job, results: Path) -> Path:
    """Return the record's file of scenario, agent and seed."""
    return results / "looks" / f"{job.of(1).hash}.json"
