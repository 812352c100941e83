"""``delaylab sensitivity``: which unknown turns the verdict."""

from __future__ import annotations

import argparse
from dataclasses import replace
from functools import partial

from sim.analysis.identity import short
from sim.analysis.paired.contenders import contender_of
from sim.analysis.sensitivity.answer import answer_of
from sim.analysis.sensitivity.ranges import Range, ranges_of
from sim.analysis.sensitivity.sentences import compared
from sim.analysis.sensitivity.swings import sensitivity_of
from sim.errors import LabError
from sim.lab.cli._one_run import OneRun, add_overrides, agent_of, with_one_run
from sim.lab.cli._two_agents import add_agents, both_sides, job_of_side
from sim.lab.config.job import Job
from sim.lab.report.answers import deliver
from sim.lab.report.charts import sensitivity as chart

HELP = "which range of what is not known turns the verdict on two agents, and what to measure next"
_REPLICATIONS = 8  # unless the user says


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_overrides(parser, "news_feed replications=8")
    add_agents(parser)
    examples = "'users.trend.spread=0..1.8', 'platform.push=constant(20m)..constant(6h)'"
    text = f"what is not known; may be given several times: {examples}"
    parser.add_argument("--range", required=True, action="append", dest="ranges", metavar="KEY=LOW..HIGH", help=text)


def main(options: argparse.Namespace) -> int:
    """Run both agents in all worlds; print the result."""
    ranges = ranges_of(options.ranges)
    first, second = both_sides(options)
    options.overrides = first
    work = partial(_analyse, ranges, first, second, options.config_dir)
    return with_one_run(options, "sensitivity", "moves one range at a time", work)


def _analyse(ranges: list[Range], first: list[str], second: list[str], where: str | None, run: OneRun) -> None:
    """Analyse a configured run, that of A."""
    job = run.sized(_REPLICATIONS)
    other = replace(job_of_side(second, "--b", where), replications=job.replications)
    worlds = [(job, other)]
    for one in ranges:
        for override in one.overrides:
            world = job_of_side([*first, override], "--range", where)
            worlds.append((_moved(job, world), _moved(other, world)))
    if job.hash == other.hash:
        raise LabError("--b: is the same agent as A; --a or --b with another one is needed")
    jobs = {one.hash: one for sides in worlds for one in sides}
    records = run.obtained(list(jobs.values()), (job, other), "different run")
    scored = {name: contender_of([record]) for name, record in zip(jobs, records, strict=True)}
    found = sensitivity_of(ranges, [(scored[a.hash], scored[b.hash]) for a, b in worlds])
    by_reward = scored[job.hash].by_reward
    names = [*(one.hash for sides in worlds for one in sides), *sorted(str(one.range) for one in found.swings)]
    deliver(
        answer_of(found, agent_of(job), agent_of(other), by_reward),
        partial(chart.draw, found, compared(by_reward)),
        run.results / "sensitivity" / short(" ".join(names)),
    )


def _moved(job: Job, world: Job) -> Job:
    """Return a job in another world."""
    return replace(job, scenario=world.scenario, asked=world.asked)
