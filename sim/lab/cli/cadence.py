"""``delaylab cadence``: what each retrain interval costs, in money."""

from __future__ import annotations

import argparse
from functools import partial

from sim.analysis.cadence_cost.answer import answer_of
from sim.analysis.cadence_cost.costs import Costs, measured
from sim.analysis.cadence_cost.grid import intervals_of
from sim.analysis.cadence_cost.jobs import jobs_of
from sim.analysis.cadence_cost.prices import Prices, prices_of
from sim.analysis.identity import short
from sim.analysis.trainer_load import saturated_among
from sim.analysis.units import reward_unit
from sim.lab.base.console import print_message
from sim.lab.cli._one_run import OneRun, add_overrides, with_one_run
from sim.lab.report.answers import deliver
from sim.lab.report.charts import cadence as chart

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
    return with_one_run(options, "cadence", "prices the cadences of one agent", partial(_price, prices, intervals))


def _price(prices: Prices, intervals: list[float] | None, run: OneRun) -> None:
    """Price the cadences of a configured run."""
    jobs = jobs_of(run.sized(_REPLICATIONS), intervals)
    own = list(jobs.values())
    records = run.obtained(own, own, "cadence")
    costs = Costs.of([measured(one, interval) for interval, one in zip(jobs, records, strict=True)], prices)
    names = [own[0].choices.get(part, "") for part in ("learner", "correction")]
    ran, unit = f"{own[0].scenario.name}: {', '.join(filter(None, names))}", reward_unit(own[0].scenario)
    answer = answer_of(costs, ran, own[0].score_from, unit)
    name = short(" ".join([*(job.hash for job in own), str(costs.prices)]))
    deliver(answer, partial(chart.draw, costs), run.results / "cadences" / name)
    if (line := saturated_among(records)) is not None:
        print_message(line)
