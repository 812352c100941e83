"""The list of a sweep's jobs, whoever wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import NoneType
from typing import Any

from sim.lab.errors import LabError
from sim.lab.plain import mapping, plain_name


def about_of(file: Path) -> dict[str, Any]:
    """Return a ``sweep.json`` that anybody may have written.

    Raises:
        LabError: it is none.
    """
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
