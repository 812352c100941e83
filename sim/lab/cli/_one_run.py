"""Commands about one run that overrides describe."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.estimate import expected_requests, side_by_side
from sim.analysis.jobs.command_line import for_hydra
from sim.analysis.units import counted, digits, roughly
from sim.errors import LabError
from sim.lab.base.console import print_message
from sim.lab.base.progress import progress
from sim.lab.cli._options import find_here
from sim.lab.config.job import Job, choices_of, job_of
from sim.lab.entry import app
from sim.lab.run.several import missing, obtain_all
from sim.lab.store.run_folder import Record
from sim.lazy import hydra, lazy, omegaconf
from sim.scenario import Scenario

if TYPE_CHECKING:
    from agents import Agent
    from sim.lab.sweep import launcher as processes
else:
    processes = lazy("sim.lab.sweep.launcher")

_SOON = 5.0  # seconds


def add_overrides(parser: argparse.ArgumentParser, example: str) -> None:
    """Add the overrides of a run, and ``--config-dir``."""
    text = f"what is run, as for delaylab run, such as: {example}"
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help=text)
    parser.add_argument("--config-dir", metavar="DIR", help="a folder of config files of your own, as for delaylab run")
    parser.add_argument("-m", "--multirun", action="store_true", help=argparse.SUPPRESS)


def with_one_run(
    options: argparse.Namespace, command: str, why: str, work: Callable[[omegaconf.DictConfig, Any, Job], None]
) -> int:
    """Compose the run, work on it; return the exit code.

    Args:
        options: the parsed arguments.
        command: its name, for messages.
        why: the command is about one run, such as ``explains one run``.
        work: gets the configuration, Hydra's node of it, and the job.
    """
    if options.multirun:
        raise LabError(f"{command}: {why}; leave out -m")
    _refuse_lists(options.overrides, f"{command} {why}")
    find_here()

    def checked(config: omegaconf.DictConfig) -> None:
        node = hydra.core.hydra_config.HydraConfig.get()
        if node.sweeper.get("grids") or node.sweeper.get("params"):
            raise LabError(f"{command}: {why}, and experiment={choices_of(node).get('experiment')} is a sweep")
        work(config, node, job_of(config, node))

    flags = ["--config-dir", options.config_dir] if options.config_dir else []
    composed = [*flags, *options.overrides, "hydra.mode=RUN"]  # overrides that of an experiment
    return app.main(composed, f"delaylab {command}", checked)


def workers_of(node: Any) -> int:
    """Return how many runs go side by side."""
    if not str(node.launcher.get("_target_")).endswith(processes.ProcessLauncher.__name__):
        return 1
    return processes.ProcessLauncher(node.launcher.get("workers")).workers or os.cpu_count() or 1


def refuse_until(job: Job, command: str) -> None:
    """Refuse a run whose number of replications is open."""
    if job.until is not None:
        raise LabError(f"{command}: replications are not added until something is known; replications=N is allowed")


def sized(job: Job, command: str, replications: int) -> Job:
    """Return a job with a fixed number of replications.

    Args:
        job: a job.
        command: its name, for messages.
        replications: how many, unless the user says.
    """
    refuse_until(job, command)
    return job if "replications" in job.asked else replace(job, replications=replications)


def announce(what: str, runs: Sequence[tuple[Scenario, Agent, float]], workers: int, seed: int) -> None:
    """Print how many runs are made, and how long.

    Args:
        what: how many runs of what.
        runs: see `sim.analysis.estimate.side_by_side`.
        workers: how many go side by side.
        seed: of the short runs that are timed.
    """
    if not runs:
        return print_message(f"{what}, all known from before")
    side = f", {workers} in parallel" if workers > 1 else ""
    long = side_by_side(runs, workers, seed)
    needed = "" if long == 0.0 else f": about {roughly(long)}" if long >= _SOON else ": a few seconds"
    print_message(f"{what} of about {digits(expected_requests(runs[0][0]))} requests each{side}{needed}")


def counted_runs(
    command: str, what: str, jobs: Sequence[Job], results: Path, workers: int, rerun: bool
) -> list[Record]:
    """Announce some runs, make them, return them.

    Args:
        command: its name.
        what: what the jobs are called.
        jobs: those that take longest first.
        results: the results folder.
        workers: how many go side by side.
        rerun: compute also those that are complete.
    """
    todo, replications = missing(jobs, results, rerun), jobs[0].replications
    known = f" ({len(jobs) - len(todo)} known from before)" if 0 < len(todo) < len(jobs) else ""
    said = f"{counted(len(jobs), what)}{known} x {counted(replications, 'replication')}"
    announce(said, [(job.scenario, job.agent, replications) for job in todo], workers, jobs[0].seed)
    try:
        with progress(command, len(jobs)) as done:
            return obtain_all(jobs, results, workers, rerun=rerun, done=done)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("interrupted; complete runs are kept and not run again") from None


def _refuse_lists(overrides: list[str], why: str) -> None:
    parser = hydra.core.override_parser.overrides_parser.OverridesParser.create()
    for text in overrides:
        try:
            override = parser.parse_override(for_hydra(text))
        except hydra.errors.HydraException:
            continue  # reported with the other errors
        if override.is_sweep_override():
            raise LabError(f"{override.key_or_group}: several values make a sweep; {why}")
