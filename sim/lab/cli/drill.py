"""``delaylab drill``: what an incident costs, and until when."""

from __future__ import annotations

import argparse
from dataclasses import replace
from functools import partial

from sim.analysis.drill.answer import answer_of
from sim.analysis.drill.drill import Drill
from sim.analysis.drill.incident import check_strikes, spares, struck
from sim.analysis.drill.protections import check_different, protection_of
from sim.analysis.drill.sides import Amounts, Side
from sim.analysis.identity import short
from sim.analysis.units import reward_unit
from sim.errors import LabError
from sim.lab.cli._one_run import OneRun, add_overrides, agent_of, with_one_run
from sim.lab.cli._two_agents import job_of_side
from sim.lab.config.job import Job
from sim.lab.report.answers import deliver
from sim.lab.report.charts import drill as chart
from sim.laws.durations import text

HELP = "what an outage, a stuck push or a rollback costs, and how long until it is made good"
_REPLICATIONS = 8  # unless the user says


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_overrides(parser, "news_feed agent=ranker_hourly replications=8")
    incident = (
        "an entry of a scenario's incidents: '{kind: trainer_down, at: 2d, for: 6h}'; trainer_down, push_stuck and "
        "rollback strike agents that push only"
    )
    parser.add_argument("--incident", required=True, metavar="ENTRY", help=incident)
    protection = "a protection, by overrides: 'gate: scenario.platform.gate={for:10m}'; may be given several times"
    parser.add_argument("--with", dest="protections", action="append", default=[], metavar="OVERRIDES", help=protection)


def main(options: argparse.Namespace) -> int:
    """Run the drill; print and write what it costs."""
    protections = [protection_of(one) for one in options.protections]
    work = partial(_drill, options, list(options.overrides), protections)
    return with_one_run(options, "drill", "strikes one agent", work)


def _drill(options: argparse.Namespace, base: list[str], protections: list[tuple[str, list[str]]], run: OneRun) -> None:
    """Run the drill of a configured run."""
    jobs = [run.job]
    jobs += [job_of_side([*base, *own], f"--with: {name}", options.config_dir) for name, own in protections]
    _, incident = struck(run.job.scenario, options.incident)
    check_strikes(incident, run.job.agent.ship)
    calm = [_sized(replace(run, job=job)) for job in jobs]
    names = ["", *(name for name, _ in protections)]
    check_different(calm, names)
    if run.job.score_from > incident.at:
        start, at = text(run.job.score_from), text(incident.at)
        raise LabError(f"score_from: is {start}; at most {at}, when the incident begins, is allowed")
    jobs = [*calm, *(replace(one, scenario=struck(one.scenario, options.incident)[0]) for one in calm)]
    records = run.obtained(jobs, jobs, "run")
    found = [Amounts.of(record.table("curve")) for record in records]
    spared = [spares(incident, job.agent.ship) for job in calm]
    sides = map(Side, names, found[: len(calm)], found[len(calm) :], spared)
    drill = Drill(tuple(sides), incident, run.job.scenario.horizon, reward_unit(run.job.scenario))
    name = short(" ".join([*(job.hash for job in jobs), *names]))
    answer = answer_of(drill, run.job.scenario.name, agent_of(run.job))
    deliver(answer, partial(chart.draw, drill), run.results / "drills" / name)


def _sized(run: OneRun) -> Job:
    """Return the job with the replications of a drill."""
    job = run.sized(_REPLICATIONS)
    if job.replications < 2:
        raise LabError(f"replications: is {job.replications}; a drill needs 2 or more for its intervals")
    return job
