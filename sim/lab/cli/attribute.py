"""``delaylab attribute``: attribute the regret of a run to delays."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sim.analysis.attribution.attribute import attribute, check_score, runs
from sim.analysis.attribution.duration import duration
from sim.analysis.attribution.replications import run_replication
from sim.analysis.attribution.twins import at_work, twins_warnings
from sim.analysis.estimate import expected_requests
from sim.analysis.score import REGRET
from sim.analysis.units import digits, span
from sim.lab.base.console import print_message
from sim.lab.base.progress import progress
from sim.lab.cli._one_run import add_overrides, refuse_until, with_one_run, workers_of
from sim.lab.cli._options import check_files, folder, write_text
from sim.lab.config.job import Job, results_of
from sim.lab.report.text.attribution import as_json, show, write
from sim.lab.run.several import player
from sim.lab.store.atomic import clean, usable, writing
from sim.lab.store.twin_cache import TwinCache
from sim.lazy import omegaconf

_KNOWN = 1.0  # twins reported within these seconds are from the cache
_SOON = 5.0  # seconds
HELP = "attribute the regret of a run to its delays"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_overrides(parser, "scenario=shop agent=ranker_nightly replications=5")
    parser.add_argument("--score", default=REGRET, metavar="NAME", help=f"the score that is attributed ({REGRET})")
    parser.add_argument("--json", type=folder, metavar="FILE", help="write the numbers to this file too")


def main(options: argparse.Namespace) -> int:
    """Run the twins; print and write the result."""
    check_files(options.json)
    work = partial(_explain, file=options.json, score=options.score)
    return with_one_run(options, "attribute", "explains one run", work)


def _explain(config: omegaconf.DictConfig, node: Any, job: Job, file: Path | None, score: str) -> None:
    """Attribute the regret of a configured run to delays."""
    workers = workers_of(node)
    refuse_until(job, "attribute")
    check_score(score)
    results = results_of(config)
    usable(results)
    clean(results / "attributions")
    print_message(job.warnings() + twins_warnings(job.scenario, job.agent))
    with _progress(job, workers) as done:
        found = attribute(
            job.scenario, job.agent, seed=job.seed, replications=job.replications, block=job.block,
            score=score, score_from=job.score_from, play=player(workers, run_replication), done=done,
            kept=TwinCache(results / "attributions", anew=bool(config.rerun)),
        )  # fmt: skip
    with writing(results):
        place = write(job, found, results / "attributions")
    show(job, found, place)
    if file is not None:
        write_text(file, as_json(job, found))


@contextmanager
def _progress(job: Job, workers: int) -> Iterator[Callable[[], None]]:
    """Say what will be run; yield a counter of runs."""
    total, requests = runs(job.scenario, job.agent, job.replications), expected_requests(job.scenario)
    varied = ", ".join(at_work(job.scenario, job.agent)) or "no cause of delay"
    side = f", {workers} in parallel" if workers > 1 else ""
    print_message(
        f"{varied}: {total // job.replications} twins x {job.replications} = {total} runs of about {digits(requests)} "
        f"requests each{side}"
    )
    try:
        long = duration(job.scenario, job.agent, job.seed, job.replications, workers, requests)  # by short runs
        needed = span(float(f"{long:.1g}")) if long >= _SOON else "a few seconds"
        print_message(f"about {needed}, less for twins known from before")
        with progress("attribute", total) as done:
            began = time.monotonic()
            yield lambda: done(time.monotonic() - began < _KNOWN)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("interrupted; complete twins are kept and not run again") from None
