"""Commands about one run that overrides describe."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sim.analysis.estimate import expected_requests
from sim.analysis.jobs.command_line import for_hydra
from sim.analysis.units import digits
from sim.errors import LabError
from sim.lab.base.console import print_message
from sim.lab.base.progress import Done, progress
from sim.lab.cli._options import find_here
from sim.lab.config.job import Job, choices_of, job_of
from sim.lab.entry import app
from sim.lazy import hydra, lazy, omegaconf

if TYPE_CHECKING:
    from sim.lab.sweep import launcher as processes
else:
    processes = lazy("sim.lab.sweep.launcher")


def add_overrides(parser: argparse.ArgumentParser, example: str) -> None:
    """Add the overrides of a run, and ``--config-dir``."""
    text = f"the overrides of a run, as for delaylab run: {example} ..."
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


@contextmanager
def counted_runs(command: str, job: Job, count: int, workers: int, what: str = "runs") -> Iterator[Done]:
    """Say what will be run; yield a counter of runs.

    Args:
        command: its name.
        job: one of the runs.
        count: how many there are.
        workers: how many go side by side.
        what: what they are called.
    """
    requests = digits(expected_requests(job.scenario))
    side = f", {workers} in parallel" if workers > 1 else ""
    print_message(f"{count} {what} x {job.replications} replications of about {requests} requests each{side}")
    try:
        with progress(command, count) as done:
            yield done
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"interrupted; complete {what} are kept and not run again") from None


def _refuse_lists(overrides: list[str], why: str) -> None:
    parser = hydra.core.override_parser.overrides_parser.OverridesParser.create()
    for text in overrides:
        try:
            override = parser.parse_override(for_hydra(text))
        except hydra.errors.HydraException:
            continue  # reported with the other errors
        if override.is_sweep_override():
            raise LabError(f"{override.key_or_group}: several values make a sweep; {why}")
