"""``delaylab sensitivity``: which unknown turns the verdict."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sim.analysis.jobs.no_effect import warnings_of
from sim.analysis.paired.contenders import Contender, contender_of
from sim.analysis.sensitivity.ranges import Range, ranges_of
from sim.analysis.sensitivity.swings import Sensitivity, sensitivity
from sim.analysis.settings import run_label
from sim.errors import LabError
from sim.lab.base.console import print_message
from sim.lab.cli._one_run import add_overrides, counted_runs, sized, with_one_run, workers_of
from sim.lab.cli._two_agents import add_agents, agent_overrides, job_of_side
from sim.lab.config.job import Job, config_of, results_of
from sim.lab.report.text.sensitivity import show, write
from sim.lab.store.atomic import clean, writing
from sim.lazy import omegaconf

HELP = "which range of what is not known turns the verdict on two agents, and what to measure next"
_REPLICATIONS = 8  # unless the user says
Sides = tuple[Job, Job]  # of A and of B in one world


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
    first, second = (agent_overrides(getattr(options, side), side) for side in ("a", "b"))
    base, options.overrides = options.overrides, [*options.overrides, *first]
    work = partial(_analyse, ranges=ranges, first=options.overrides, second=[*base, *second], where=options.config_dir)
    return with_one_run(options, "sensitivity", "moves one range at a time", work)


def _analyse(
    config: omegaconf.DictConfig, node: Any, job: Job, ranges: list[Range], first: list[str], second: list[str],
    where: str | None,
) -> None:  # fmt: skip
    """Analyse a configured run, that of A."""
    job = sized(job, "sensitivity", _REPLICATIONS)
    other = replace(job_of_side(second, "--b", where), replications=job.replications)
    worlds = [(job, other)]
    for one in ranges:
        for override in one.overrides:
            world = job_of_side([*first, override], "--range", where)
            worlds.append((_moved(job, world), _moved(other, world)))
    jobs = {one.hash: one for sides in worlds for one in sides}
    results, workers = results_of(config), workers_of(node)
    print_message(warnings_of([job, other]))
    records = counted_runs("sensitivity", "different run", list(jobs.values()), results, workers, bool(config.rerun))
    scored = {name: contender_of([record]) for name, record in zip(jobs, records, strict=True)}
    found = _of(ranges, worlds, scored)
    names = [run_label(config_of(one)).partition(" · ")[0] for one in (job, other)]
    by_reward = scored[job.hash].by_reward
    clean(results / "sensitivity")
    with writing(results):
        place = write(found, names, [one.hash for sides in worlds for one in sides], by_reward, results / "sensitivity")
    show(found, names, by_reward, place)


def _moved(job: Job, world: Job) -> Job:
    """Return a job in another world."""
    return replace(job, scenario=world.scenario, asked=world.asked)


def _of(ranges: Sequence[Range], worlds: Sequence[Sides], scored: dict[str, Contender]) -> Sensitivity:
    """Return the analysis of runs that are there."""
    if len({one.by_reward for one in scored.values()}) > 1:
        raise LabError(
            "--range: users.leaving.satisfaction_effect: agents are compared on reward where it is above 0, on regret "
            "where it is 0; a range above 0 is allowed, in a scenario where it is above 0"
        )
    centre, *rest = [(scored[a.hash].regret, scored[b.hash].regret) for a, b in worlds]
    return sensitivity(ranges, centre, list(zip(rest[::2], rest[1::2], strict=True)))
