"""The contenders of a sweep, before anything is run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sim.analysis.paired.baseline import resolve_baseline
from sim.analysis.paired.contenders import Contender, identity_of, settings_of, telling
from sim.analysis.stopping_rule import StoppingRule
from sim.errors import LabError
from sim.lab.config.job import Job, config_of
from sim.lab.store.run_config import RunConfig
from sim.lab.store.run_folder import Record


def planned(jobs: Iterable[Job]) -> list[Contender]:
    """Return the contenders of some jobs, without scores."""
    found: dict[str, Contender] = {}
    for job in jobs:
        record = Record(Path(job.hash), job.choices)
        config = vars(record)["config"] = RunConfig.of(config_of(job), "config.yaml")  # as its folder will say
        found.setdefault(identity_of(config), Contender((record,), settings_of(record), record.world, {}, {}))
    return list(found.values())


def check_baseline(jobs: Iterable[Job], until: StoppingRule) -> None:
    """Check that the named baseline is among the jobs."""
    if until.baseline is not None:
        found = planned(jobs)
        try:
            resolve_baseline(until.baseline, found, telling(found))
        except LabError as error:
            raise LabError(f"replications.{error}") from None
