"""``delaylab drill``: what an incident costs, and until when."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sim.analysis.drill.drill import Drill
from sim.analysis.drill.incident import struck
from sim.analysis.drill.sides import Amounts, Side
from sim.analysis.jobs.command_line import for_hydra
from sim.analysis.jobs.no_effect import warnings_of
from sim.errors import LabError, refusing
from sim.lab.base.console import print_message
from sim.lab.cli._one_run import add_overrides, counted_runs, sized, with_one_run, workers_of
from sim.lab.config.input_errors import messages
from sim.lab.config.job import Job, results_of
from sim.lab.entry.api import job_composed
from sim.lab.report.text.drill import show, write
from sim.lab.store.atomic import clean, writing
from sim.laws.durations import text
from sim.lazy import omegaconf
from sim.scenario import Scenario

HELP = "what an outage, a stuck push or a rollback costs, and how long until it is made good"
_REPLICATIONS = 8  # unless the user says
_ALLOWED = ("scenario.platform", "agent", "learner", "correction", "cadence", "ship")
_NAMED = re.compile(r"\s*([\w -]+):\s+(.*)", re.DOTALL)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_overrides(parser, "news_feed agent=ranker_hourly replications=8")
    incident = "an entry of a scenario's incidents: '{kind: trainer_down, at: 2d, for: 6h}'"
    parser.add_argument("--incident", required=True, metavar="ENTRY", help=incident)
    protection = "a protection, by overrides: 'gate: scenario.platform.gate={for:10m}'; may be given several times"
    parser.add_argument("--with", dest="protections", action="append", default=[], metavar="OVERRIDES", help=protection)


def main(options: argparse.Namespace) -> int:
    """Run the drill; print and write what it costs."""
    protections = [_named(one) for one in options.protections]
    work = partial(_drill, options=options, base=list(options.overrides), protections=protections)
    return with_one_run(options, "drill", "strikes one agent", work)


def _named(given: str) -> tuple[str, list[str]]:
    """Return the name and the overrides of a protection.

    >>> _named("gate: scenario.platform.gate={for:10m}"), _named("cadence=drift")
    (('gate', ['scenario.platform.gate={for:10m}']), ('cadence=drift', ['cadence=drift']))
    """
    match = _NAMED.fullmatch(given)
    name, rest = (match[1].strip(), match[2]) if match else (given.strip(), given)
    with refusing("--with: {why}", ValueError):
        overrides = shlex.split(rest)
    if not overrides:
        raise LabError(
            f"--with: is {given!r}; overrides such as 'gate: scenario.platform.gate={{for:10m}}' are allowed"
        )
    for one in overrides:
        key = one.lstrip("+~").partition("=")[0]
        if not any(f"{key.partition('@')[0]}.".startswith(f"{part}.") for part in _ALLOWED):
            raise LabError(
                f"--with: {key}: a protection changes no world; {', '.join(_ALLOWED)} and their keys are allowed"
            )
    return name, overrides


def _drill(
    config: omegaconf.DictConfig,
    node: Any,
    job: Job,
    options: argparse.Namespace,
    base: list[str],
    protections: list[tuple[str, list[str]]],
) -> None:
    """Run the drill of a configured run."""
    calm = [_sized(job), *(_sized(_protected(base, one, options.config_dir)) for one in protections)]
    names = ["", *(name for name, _ in protections)]
    _different(calm, names)
    hit, incident = struck(job.scenario, options.incident)
    if job.score_from > incident.at:
        start, at = text(job.score_from), text(incident.at)
        raise LabError(f"score_from: is {start}; at most {at}, when the incident begins, is allowed")
    bad = [replace(calm[0], scenario=hit)]
    bad += [replace(one, scenario=struck(one.scenario, options.incident)[0]) for one in calm[1:]]
    jobs, results, workers = [*calm, *bad], results_of(config), workers_of(node)
    print_message(warnings_of(jobs))
    records = counted_runs("drill", "run", jobs, results, workers, bool(config.rerun))
    found = [Amounts.of(record.table("curve")) for record in records]
    sides = map(Side, names, found[: len(calm)], found[len(calm) :])
    drill = Drill(tuple(sides), incident, job.scenario.horizon, _unit(job.scenario))
    clean(results / "drills")
    with writing(results):
        place = write(jobs, drill, results / "drills")
    show(job, drill, place)


def _protected(base: list[str], protection: tuple[str, list[str]], config_dir: str | None) -> Job:
    name, overrides = protection
    try:
        return job_composed([for_hydra(one) for one in [*base, *overrides]], config_dir)
    except Exception as error:
        if (said := messages(error)) is None:
            raise
        raise LabError(f"--with: {name}: {said[0]}") from error


def _sized(job: Job) -> Job:
    """Return a job with the replications of a drill."""
    job = sized(job, "drill", _REPLICATIONS)
    if job.replications < 2:
        raise LabError(f"replications: is {job.replications}; a drill needs 2 or more for its intervals")
    return job


def _different(jobs: Sequence[Job], names: Sequence[str]) -> None:
    """Refuse protections that change nothing."""
    known: dict[str, str] = {}
    for job, name in zip(jobs, names, strict=True):
        if job.hash in known:
            raise LabError(f"--with: {name}: is the same as {known[job.hash] or 'no protection'}")
        known[job.hash] = name


def _unit(scenario: Scenario) -> str:
    if scenario.feedback.learnt.value is not None:
        return "units of value"
    return "clicks" if scenario.feedback.learn_from == "click" else "conversions"
