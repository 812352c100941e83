"""The protections that a drill tries."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sim.analysis.jobs.command_line import own_overrides
from sim.analysis.jobs.job import Job
from sim.errors import LabError

_ALLOWED = ("scenario.platform", "agent", "learner", "correction", "cadence", "ship")
_NAMED = re.compile(r"\s*([\w -]+):\s+(.*)", re.DOTALL)


def protection_of(given: str) -> tuple[str, list[str]]:
    """Return the name and the overrides of a protection.

    >>> protection_of("gate: scenario.platform.gate={for:10m}"), protection_of("cadence=drift")
    (('gate', ['scenario.platform.gate={for:10m}']), ('cadence=drift', ['cadence=drift']))
    """
    match = _NAMED.fullmatch(given)
    name, rest = (match[1].strip(), match[2]) if match else (given.strip(), given)
    overrides = own_overrides(rest, "--with", _ALLOWED, "a protection changes no world; {} and their keys are allowed")
    if not overrides:
        why = "overrides such as 'gate: scenario.platform.gate={for:10m}' are allowed"
        raise LabError(f"--with: is {given!r}; {why}")
    return name, overrides


def check_different(jobs: Sequence[Job], names: Sequence[str]) -> None:
    """Refuse protections that change nothing."""
    known: dict[str, str] = {}
    for job, name in zip(jobs, names, strict=True):
        if job.hash in known:
            raise LabError(f"--with: {name}: is the same as {known[job.hash] or 'no protection'}")
        known[job.hash] = name
