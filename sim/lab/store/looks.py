"""The looks at data that were taken, kept beside the runs: whoever has looked may not look at other counts afterwards.

Each look spends its share of 5 % (`sim.analysis.stopping_rule`), and the shares are those of all looks that were
planned. More looks than those, or others, are decided on by what was seen, and spend more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.stopping_rule import until_of
from sim.errors import LabError
from sim.lab.store.atomic import write_atomic
from sim.lab.store.run_folder import Record
from sim.lab.store.untrusted import mapping

if TYPE_CHECKING:
    from sim.lab.config.job import Job


def check_looks(jobs: Iterable[Job], results: Path) -> None:
    """See that no job was looked at by another plan before.

    Args:
        jobs: with what replications are added for; those of a fixed number pass.
        results: the results folder.

    Raises:
        LabError: one was.
    """
    for job in jobs:
        file = _file(job, results)
        if job.until is None or not file.is_file():
            continue
        if (why := job.until.refused_after(until_of(mapping(file)))) is not None:
            raise LabError(why)


def note_looks(jobs: Iterable[Job], results: Path) -> None:
    """Write down that some jobs are looked at, those that have a complete run; what was written first stays.

    Args:
        jobs: with what replications are added for.
        results: the results folder.
    """
    for job in jobs:
        file = _file(job, results)
        seen = Record.complete(results / "runs" / job.of(job.replications).hash)
        if job.until is not None and seen and not file.exists():
            write_atomic(file, (json.dumps(job.until.plain()) + "\n").encode())


def _file(job: Job, results: Path) -> Path:
    """Return where it is written of one scenario, agent and seed, whatever the number of replications."""
    return results / "looks" / f"{job.of(1).hash}.json"
