"""``delaylab time-learner``: what trainings cost on this machine."""

from __future__ import annotations

import argparse
from typing import Any

from sim.analysis.training_cost import TrainingCost, time_learner
from sim.analysis.units import digits, span
from sim.errors import LabError
from sim.lab.cli._one_run import add_overrides, with_one_run
from sim.lab.config.job import Job
from sim.laws.durations import text
from sim.lazy import omegaconf

HELP = "time the trainings of a learner on this machine, for the scenario's clock"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_overrides(parser, "agent=ranker_hourly scenario.users.count=1000")


def main(options: argparse.Namespace) -> int:
    """Time the trainings of a run; print their cost."""
    return with_one_run(options, "time-learner", "times one agent", _time)


def _time(config: omegaconf.DictConfig, node: Any, job: Job) -> None:
    try:
        found = time_learner(job.scenario, job.agent, seed=job.seed)
    except ValueError as error:
        advice = "take a longer scenario.horizon, more users, or a cadence whose trainings differ, such as hourly"
        raise LabError(f"time-learner: {error}; {advice}") from None
    print(said(found))


def said(found: TrainingCost) -> str:
    """Return a cost in words, and as lines to paste."""
    fixed, each = (text(float(f"{one:.3g}")) for one in (found.fixed, found.per_example))
    sizes, times = (
        [show(one.min()), show(one.max())] for one, show in ((found.examples, digits), (found.seconds, span))
    )
    return "\n".join(
        (
            f"{len(found.seconds)} trainings of {' to '.join(sizes)} matured impressions took {' to '.join(times)}.",
            f"Half of them are within {found.error:.0%} of this line:",
            f"scenario.platform.training.fixed={fixed} scenario.platform.training.per_example={each}",
            f"training: {{fixed: {fixed}, per_example: {each}}}",
        )
    )
