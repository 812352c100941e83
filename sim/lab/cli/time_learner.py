"""``delaylab time-learner``: what trainings cost on this machine."""

from __future__ import annotations

import argparse

from sim.analysis.training_cost import time_learner
from sim.errors import LabError
from sim.lab.cli._one_run import OneRun, add_overrides, with_one_run

HELP = "time the trainings of a learner on this machine, for the scenario's clock"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_overrides(parser, "agent=ranker_hourly scenario.users.count=1000", results=False)


def main(options: argparse.Namespace) -> int:
    """Time the trainings of a run; print their cost."""
    return with_one_run(options, "time-learner", "times one agent", _time)


def _time(run: OneRun) -> None:
    job = run.job
    try:
        found = time_learner(job.scenario, job.agent, seed=job.seed)
    except ValueError as error:
        advice = "take a longer scenario.horizon, more users, or a cadence whose trainings differ, such as hourly"
        raise LabError(f"time-learner: {error}; {advice}") from None
    print(found.in_words())
