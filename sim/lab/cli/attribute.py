"""``delaylab attribute``: attribute the regret of a run to delays."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.attribution.attribute import attribute, check_score, runs
from sim.analysis.attribution.duration import duration
from sim.analysis.attribution.twins import at_work, twins_warnings
from sim.analysis.estimate import expected_requests
from sim.analysis.score import REGRET
from sim.errors import LabError
from sim.lab.base.console import print_message
from sim.lab.cli._options import check_files, find_here, folder, write_text
from sim.lab.config.job import choices_of, job_of, results_of
from sim.lab.config.overrides import for_hydra
from sim.lab.entry import app
from sim.lab.report.text.attribution import as_json, show, write
from sim.lab.report.units import digits, span
from sim.lab.run.twins import player
from sim.lab.store.atomic import clean, usable, writing
from sim.lab.store.twin_cache import TwinCache
from sim.lazy import lazy

if TYPE_CHECKING:
    import hydra.errors as hydra_errors
    from hydra.core import hydra_config
    from hydra.core.override_parser import overrides_parser
    from omegaconf import DictConfig

    from sim.lab.base import progress
    from sim.lab.config.job import Job
    from sim.lab.sweep import launcher as processes
else:
    hydra_config = lazy("hydra.core.hydra_config")
    overrides_parser = lazy("hydra.core.override_parser.overrides_parser")
    hydra_errors = lazy("hydra.errors")
    progress = lazy("sim.lab.base.progress")
    processes = lazy("sim.lab.sweep.launcher")

_KNOWN = 1.0  # twins reported within these seconds are from the cache
_SOON = 5.0  # seconds
HELP = "attribute the regret of a run to its delays"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    text = "the overrides of the run, as for delaylab run: scenario=shop agent=ranker_nightly replications=5 ..."
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help=text)
    parser.add_argument("--score", default=REGRET, metavar="NAME", help=f"what is split among the delays ({REGRET})")
    parser.add_argument("--json", type=folder, metavar="FILE", help="write the numbers to this file too")
    parser.add_argument("--config-dir", metavar="DIR", help="a folder of config files of your own, as for delaylab run")
    parser.add_argument("-m", "--multirun", action="store_true", help=argparse.SUPPRESS)


def main(options: argparse.Namespace) -> int:
    """Run the twins; print and write the result."""
    if options.multirun:
        raise LabError("attribute: explains one run; leave out -m")
    check_files(options.json)
    _refuse_lists(options.overrides)
    find_here()
    flags = ["--config-dir", options.config_dir] if options.config_dir else []
    composed = [*flags, *options.overrides, "hydra.mode=RUN"]  # overrides that of an experiment
    return app.main(composed, "delaylab attribute", lambda config: _explain(config, options.json, options.score))


def _explain(config: DictConfig, file: Path | None, score: str) -> None:
    """Attribute the regret of a configured run to delays."""
    hydra = hydra_config.HydraConfig.get()
    if hydra.sweeper.get("grids") or hydra.sweeper.get("params"):
        raise LabError(f"attribute: explains one run, and experiment={choices_of(hydra).get('experiment')} is a sweep")
    job, workers = job_of(config, hydra), 1
    if str(hydra.launcher.get("_target_")).endswith(processes.ProcessLauncher.__name__):  # as many as in a sweep
        workers = processes.ProcessLauncher(hydra.launcher.get("workers")).workers or os.cpu_count() or 1
    if job.until is not None:
        raise LabError("attribute: replications are not added until something is known; replications=N is allowed")
    check_score(score)
    results = results_of(config)
    usable(results)
    clean(results / "attributions")
    print_message(job.warnings() + twins_warnings(job.scenario, job.agent))
    with _progress(job, workers) as done:
        found = attribute(
            job.scenario, job.agent, seed=job.seed, replications=job.replications, block=job.block,
            score=score, score_from=job.score_from, play=player(workers), done=done,
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
        with progress.progress("attribute", total) as done:
            began = time.monotonic()
            yield lambda: done(time.monotonic() - began < _KNOWN)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("interrupted; complete twins are kept and not run again") from None


def _refuse_lists(overrides: list[str]) -> None:
    parser = overrides_parser.OverridesParser.create()
    for text in overrides:
        try:
            override = parser.parse_override(for_hydra(text))
        except hydra_errors.HydraException:
            continue  # reported with the other errors
        if override.is_sweep_override():
            raise LabError(f"{override.key_or_group}: several values make a sweep; attribute explains one run")
