"""``delaylab abtest``: many A/B tests inside a world, and the truth."""

from __future__ import annotations

import argparse
import json
from contextlib import suppress
from functools import partial
from typing import Any

from sim.analysis.ab_test.ab_tests import ab_tests, check
from sim.analysis.ab_test.replication import LOGS, METRICS, run_replication
from sim.analysis.identity import short
from sim.analysis.jobs.no_effect import warnings_of
from sim.analysis.settings import run_label
from sim.errors import LabError
from sim.lab.base.console import print_message
from sim.lab.base.progress import progress
from sim.lab.cli._one_run import add_overrides, announce, sized, with_one_run, workers_of
from sim.lab.cli._options import as_options, check_files, folder, write_text
from sim.lab.cli._two_agents import add_agents, agent_overrides, job_of_side
from sim.lab.config.job import Job, config_of, results_of
from sim.lab.report.text.ab_test import as_json, show, write
from sim.lab.run.several import player
from sim.lab.store.atomic import clean, usable, writing
from sim.lazy import omegaconf

HELP = "run A/B tests of two agents inside a world: what is seen each day, and how often it misleads"
REPLICATIONS = 100  # at 99 of them with the right sign a day is honest


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_overrides(parser, "shop agent=ranker_nightly")
    add_agents(parser)
    parser.add_argument("--split", default="50%", metavar="SHARE", help="the share of the users that B serves (50%%)")
    text = "what each side learns from: the log of its own users, or that of all; both: the test is run both ways (own)"
    parser.add_argument("--log", choices=(*LOGS, "both"), default="own", help=text)
    parser.add_argument("--metric", choices=METRICS, default=METRICS[0], help=f"what is compared ({METRICS[0]})")
    parser.add_argument("--every", default="1d", metavar="TIME", help="the time between two looks at the test (1d)")
    text = "read only requests at least this old, such as the attribution window (0s: all)"
    parser.add_argument("--wait", default="0s", metavar="TIME", help=text)
    parser.add_argument("--json", type=folder, metavar="FILE", help="write the numbers to this file too")


def main(options: argparse.Namespace) -> int:
    """Run the tests; print and write the result."""
    check_files(options.json)
    options.split = _share(options.split)
    first, second = (agent_overrides(getattr(options, side), side) for side in ("a", "b"))
    base, options.overrides = options.overrides, [*options.overrides, *first]
    return with_one_run(options, "abtest", "tests one pair", partial(_test, options=options, second=[*base, *second]))


def _test(config: omegaconf.DictConfig, node: Any, job: Job, options: argparse.Namespace, second: list[str]) -> None:
    """Run the tests of a configured world."""
    count = sized(job, "abtest", REPLICATIONS).replications
    how = {name: getattr(options, name) for name in ("split", "log", "metric", "every", "wait")}
    with as_options(*how):
        check(job.scenario, **how, score_from=job.score_from, replications=count)
    jobs = [job, job_of_side(second, "--b", options.config_dir)]
    results, workers = results_of(config), workers_of(node)
    usable(results)
    clean(results / "abtests")
    print_message(warnings_of(jobs))
    logs = 2 if options.log == "both" else 1
    each = [(job.scenario, one.agent, (2 + logs) / 2) for one in jobs]
    announce(f"{count} tests, each with two full runs: {count * (2 + logs)} runs", each * count, workers, job.seed)
    with progress("abtest", count) as done:
        found = ab_tests(
            job.scenario, jobs[0].agent, jobs[1].agent, **how, score_from=job.score_from, seed=job.seed,
            replications=count, block=job.block, play=player(workers, run_replication), done=lambda: done(False),
        )  # fmt: skip
    about = {"run": "", "a": jobs[0].hash, "b": jobs[1].hash, "seed": job.seed, "score_from": job.score_from, **how}
    about["run"] = short(json.dumps([about, count]))
    sides = [f"{side}  {run_label(config_of(one)).partition(' · ')[0]}" for side, one in zip("AB", jobs, strict=True)]
    with writing(results):
        place = write(found, sides, about, results / "abtests", about["run"])
    show(found, sides, place)
    if options.json is not None:
        write_text(options.json, as_json(found, about))


def _share(text: str) -> float:
    """Return the share in a text.

    >>> _share("0.2"), _share("20 %")
    (0.2, 0.2)
    """
    number, percent, rest = text.partition("%")
    with suppress(ValueError):
        if not rest.strip() and 0.0 < (share := float(number) / (100.0 if percent else 1.0)) < 1.0:
            return share
    raise LabError(f"--split: is {text!r}; a share of the users between 0 and 1 is allowed, such as 0.5 or 50%")
