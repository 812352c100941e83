"""``delaylab time-learner``: what trainings cost on this machine."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from sim.analysis.training_cost import TrainingCost, time_learner
from sim.errors import LabError
from sim.lab.cli._options import find_here
from sim.lab.config.job import choices_of, job_of
from sim.lab.entry import app
from sim.lab.report.units import digits, span
from sim.laws.durations import text
from sim.lazy import lazy

if TYPE_CHECKING:
    from hydra.core import hydra_config
    from omegaconf import DictConfig
else:
    hydra_config = lazy("hydra.core.hydra_config")

HELP = "time the trainings of a learner on this machine, for the scenario's clock"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    what = "the overrides of a run, as for delaylab run: agent=ranker_hourly scenario.users.count=1000 ..."
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help=what)
    parser.add_argument("--config-dir", metavar="DIR", help="a folder of config files of your own, as for delaylab run")


def main(options: argparse.Namespace) -> int:
    """Time the trainings of a run; print their cost."""
    find_here()
    flags = ["--config-dir", options.config_dir] if options.config_dir else []
    composed = [*flags, *options.overrides, "hydra.mode=RUN"]  # overrides that of an experiment
    return app.main(composed, "delaylab time-learner", _time)


def _time(config: DictConfig) -> None:
    hydra = hydra_config.HydraConfig.get()
    if hydra.sweeper.get("grids") or hydra.sweeper.get("params"):
        raise LabError(
            f"time-learner: times one agent, and experiment={choices_of(hydra).get('experiment')} is a sweep"
        )
    job = job_of(config, hydra)
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
