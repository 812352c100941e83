"""``delaylab triggers``: which shifts a drift trigger sees."""

from __future__ import annotations

import argparse
import json
from functools import partial
from typing import Any

from sim.analysis.identity import short
from sim.analysis.jobs.no_effect import warnings_of
from sim.analysis.settings import run_label
from sim.analysis.triggers.replication import run_replication
from sim.analysis.triggers.triggers import check, score_triggers
from sim.lab.base.console import print_message
from sim.lab.base.progress import progress
from sim.lab.cli._one_run import add_overrides, announce, sized, with_one_run, workers_of
from sim.lab.cli._options import as_options
from sim.lab.config.job import Job, config_of, results_of
from sim.lab.report.text.triggers import show, write
from sim.lab.run.several import player
from sim.lab.store.atomic import clean, usable, writing
from sim.lazy import omegaconf

HELP = "score a drift trigger: how soon it sees each shift, false alarms, and as many retrains by the clock"
_REPLICATIONS = 8  # unless the user says


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_overrides(parser, "news_feed agent=ranker_drift score_from=1d")
    text = "how long after a shift an alarm counts for it, such as 1d (until the next shift)"
    parser.add_argument("--within", metavar="TIME", help=text)


def main(options: argparse.Namespace) -> int:
    """Score the trigger; print and write the result."""
    return with_one_run(options, "triggers", "scores the trigger of one agent", partial(_score, within=options.within))


def _score(config: omegaconf.DictConfig, node: Any, job: Job, within: str | None) -> None:
    """Score the trigger of a configured run."""
    count = sized(job, "triggers", _REPLICATIONS).replications
    with as_options("within"):
        check(job.agent, within, count)
    results, workers = results_of(config), workers_of(node)
    usable(results)
    clean(results / "triggers")
    print_message(warnings_of([job]))
    what = f"{count} replications of the trigger, and as many by the clock: {2 * count} runs"
    announce(what, [(job.scenario, job.agent, 1)] * (2 * count), workers, job.seed)
    with progress("triggers", 2 * count) as done:
        found = score_triggers(
            job.scenario, job.agent, within=within, score_from=job.score_from, seed=job.seed, replications=count,
            block=job.block, play=player(workers, run_replication), done=lambda: done(False),
        )  # fmt: skip
    about = {"run": "", "of": job.hash, "seed": job.seed, "score_from": job.score_from, "within": within}
    about["run"] = short(json.dumps([about, count]))
    told = f"{job.scenario.name}: {run_label(config_of(job)).partition(' · ')[0]}"
    with writing(results):
        place = write(found, told, about, results / "triggers", str(about["run"]))
    show(found, told, place)
