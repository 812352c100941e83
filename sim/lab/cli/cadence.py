"""``delaylab cadence``: what each retrain interval costs, in money."""

from __future__ import annotations

import argparse
from dataclasses import replace
from functools import partial
from typing import Any

from sim.analysis.cadence_cost.costs import Costs, measured
from sim.analysis.cadence_cost.grid import cadences, default_intervals, intervals_of, scored_from
from sim.analysis.cadence_cost.prices import Prices, prices_of
from sim.analysis.jobs.no_effect import warnings_of
from sim.analysis.trainer_load import saturated_among
from sim.lab.base.console import print_message
from sim.lab.cli._one_run import add_overrides, counted_runs, sized, with_one_run, workers_of
from sim.lab.config.job import Job, results_of
from sim.lab.report.text.cadence import show, write
from sim.lab.store.atomic import clean, writing
from sim.lazy import omegaconf

HELP = "price retrain intervals: lost reward, training and pushes against the interval"
_REPLICATIONS = 8  # unless the user says


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_overrides(parser, "news_feed agent=ranker_hourly replications=8")
    prices = "'per_reward=0.02, per_training_hour=3, per_push=0.5'; what is left out is free"
    parser.add_argument("--price", required=True, metavar="PRICES", help=prices)
    parser.add_argument("--intervals", metavar="LIST", help="such as 30m,1h,8h,1d; by default from minutes to days")


def main(options: argparse.Namespace) -> int:
    """Run the cadences; print and write their costs."""
    prices = prices_of(options.price)
    intervals = None if options.intervals is None else intervals_of(options.intervals)
    work = partial(_price, prices=prices, intervals=intervals)
    return with_one_run(options, "cadence", "prices the cadences of one agent", work)


def _price(config: omegaconf.DictConfig, node: Any, job: Job, prices: Prices, intervals: list[float] | None) -> None:
    """Price the cadences of a configured run."""
    jobs = _jobs(sized(job, "cadence", _REPLICATIONS), intervals)
    results, workers = results_of(config), workers_of(node)
    print_message(warnings_of(list(jobs.values())))
    records = counted_runs("cadence", "cadence", list(jobs.values()), results, workers, bool(config.rerun))
    costs = Costs.of([measured(run, one) for one, run in zip(jobs, records, strict=True)], prices)
    clean(results / "cadences")
    with writing(results):
        place = write(list(jobs.values()), costs, results / "cadences")
    show(next(iter(jobs.values())), costs, place)
    if (line := saturated_among(records)) is not None:
        print_message(line)


def _jobs(job: Job, intervals: list[float] | None) -> dict[float | None, Job]:
    """Return a job per cadence, those of most trainings first."""
    found = default_intervals(job.scenario) if intervals is None else intervals
    if "score_from" not in job.asked:
        job = replace(job, score_from=scored_from(found, job.scenario.horizon))
    chosen = {group: name for group, name in job.choices.items() if group != "agent"}
    return {
        one: replace(job, agent=agent, choices=chosen | {"cadence": "online" if one is None else "hourly"})
        for one, agent in cadences(job.agent, found).items()
    }
