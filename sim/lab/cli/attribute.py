"""``delaylab attribute``: attribute the regret of a run to delays."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sim.analysis.attribution.answer import answer_of
from sim.analysis.attribution.attribute import attribute, check_score, runs
from sim.analysis.attribution.duration import duration
from sim.analysis.attribution.replications import run_replication
from sim.analysis.attribution.twins import at_work, twins_warnings
from sim.analysis.estimate import expected_requests
from sim.analysis.score import REGRET
from sim.analysis.settings import run_label
from sim.analysis.units import counted, digits, roughly
from sim.lab.base.console import print_message
from sim.lab.cli._one_run import SOON, OneRun, add_overrides, with_one_run
from sim.lab.cli._options import add_json, check_files, write_json
from sim.lab.config.job import config_of
from sim.lab.report.answers import deliver
from sim.lab.report.charts import attribution as chart
from sim.lab.run.several import player
from sim.lab.store.atomic import usable
from sim.lab.store.twin_cache import TwinCache

_KNOWN = 1.0  # twins reported within these seconds are from the cache
HELP = "attribute the regret of a run to its delays"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_overrides(parser, "scenario=shop agent=ranker_nightly replications=5")
    parser.add_argument("--score", default=REGRET, metavar="NAME", help=f"what is split among the delays ({REGRET})")
    add_json(parser)


def main(options: argparse.Namespace) -> int:
    """Run the twins; print and write the result."""
    check_files(options.json)
    work = partial(_explain, options.json, options.score)
    return with_one_run(options, "attribute", "explains one run", work)


def _explain(file: Path | None, score: str, run: OneRun) -> None:
    """Attribute the regret of a configured run to delays."""
    job, place = run.fixed(), run.results / "attributions"
    check_score(score)
    with _counted(run) as done:
        found = attribute(
            job.scenario, job.agent, seed=job.seed, replications=job.replications, block=job.block,
            score=score, score_from=job.score_from, play=player(run.workers, run_replication), done=done,
            kept=TwinCache(place, anew=run.rerun),
        )  # fmt: skip
    many = counted(job.replications, "replication") + (", 95 % intervals" if job.replications > 1 else "")
    about = {"seed": job.seed, "run": job.hash}
    answer = answer_of(found, job.scenario, f"{run_label(config_of(job))} · {many}", about)
    deliver(answer, partial(chart.draw, found), place / job.hash)
    write_json(file, answer.numbers)


@contextmanager
def _counted(run: OneRun) -> Iterator[Callable[[], None]]:
    """Say what will be run; yield a counter of runs."""
    job = run.job
    total, requests = runs(job.scenario, job.agent, job.replications), expected_requests(job.scenario)
    causes = ", ".join(at_work(job.scenario, job.agent))
    what = f"this run with each combination of {causes} removed" if causes else "no delay has an effect"
    told = (
        f"{counted(total, 'run')} of about {digits(requests)} requests each{run.in_parallel}: "
        f"{counted(total // job.replications, 'twin')} ({what}) x {counted(job.replications, 'replication')}"
    )
    usable(run.results)
    print_message([*job.warnings(), *twins_warnings(job.scenario, job.agent), told])
    long = duration(job.scenario, job.agent, job.seed, job.replications, run.workers, requests)  # by short runs
    needed = f"about {roughly(long)}" if long >= SOON else "a few seconds"
    with run.counted(total, [f"{needed}, less for twins known from before"], "twins") as done:
        began = time.monotonic()
        yield lambda: done(time.monotonic() - began < _KNOWN)
