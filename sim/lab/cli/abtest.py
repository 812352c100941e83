"""``delaylab abtest``: many A/B tests inside a world, and the truth."""

from __future__ import annotations

import argparse
import json
from functools import partial

from sim.analysis.ab_test.ab_tests import ab_tests
from sim.analysis.ab_test.answer import answer_of
from sim.analysis.ab_test.asked import check, share_of
from sim.analysis.ab_test.replication import LOGS, METRICS, run_replication
from sim.analysis.identity import short
from sim.analysis.jobs.no_effect import warnings_of
from sim.analysis.units import counted
from sim.lab.cli._one_run import OneRun, add_overrides, agent_of, with_one_run
from sim.lab.cli._options import add_json, as_options, check_files, write_json
from sim.lab.cli._two_agents import add_agents, both_sides, job_of_side
from sim.lab.report.answers import deliver
from sim.lab.report.charts import ab_test as chart
from sim.lab.run.several import player

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
    add_json(parser)


def main(options: argparse.Namespace) -> int:
    """Run the tests; print and write the result."""
    check_files(options.json)
    options.split = share_of(options.split)
    options.overrides, second = both_sides(options)
    return with_one_run(options, "abtest", "tests one pair", partial(_test, options, second))


def _test(options: argparse.Namespace, second: list[str], run: OneRun) -> None:
    """Run the tests of a configured world."""
    count, job = run.sized(REPLICATIONS).replications, run.job
    other = job_of_side(second, "--b", options.config_dir)
    how = {name: getattr(options, name) for name in ("split", "log", "metric", "every", "wait")}
    with as_options(*how):
        check(job.scenario, **how, score_from=job.score_from, replications=count)
    logs = 2 if options.log == "both" else 1
    each = [(job.scenario, one.agent, (2 + logs) / 2) for one in (job, other)]
    told = run.announced(f"{counted(count, 'test')}, each with two full runs: {count * (2 + logs)} runs", each * count)
    with run.counted(count, [*warnings_of([job, other]), told]) as done:
        found = ab_tests(
            job.scenario, job.agent, other.agent, **how, score_from=job.score_from, seed=job.seed, replications=count,
            block=job.block, play=player(run.workers, run_replication), done=lambda: done(False),
        )  # fmt: skip
    about = {"run": "", "a": job.hash, "b": other.hash, "seed": job.seed, "score_from": job.score_from, **how}
    about["run"] = name = short(json.dumps([about, count]))
    answer = answer_of(found, [f"A  {agent_of(job)}", f"B  {agent_of(other)}"], about)
    deliver(answer, partial(chart.draw, found), run.results / "abtests" / name)
    write_json(options.json, answer.numbers)
