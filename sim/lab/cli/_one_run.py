"""Commands about one run that overrides describe."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.estimate import expected_requests, wall_time
from sim.analysis.jobs.command_line import RESULTS, for_hydra
from sim.analysis.jobs.no_effect import warnings_of
from sim.analysis.settings import run_label
from sim.analysis.units import counted, digits, roughly
from sim.errors import LabError
from sim.lab.base.console import print_message
from sim.lab.base.progress import Done, progress
from sim.lab.cli._options import add_results, find_here
from sim.lab.config.job import Job, choices_of, config_of, job_of, results_of
from sim.lab.entry import app
from sim.lab.run.several import missing, obtain_all
from sim.lab.store.atomic import usable
from sim.lab.store.run_folder import Record
from sim.lazy import hydra, lazy, omegaconf
from sim.scenario import Scenario

if TYPE_CHECKING:
    from agents import Agent
    from sim.lab.sweep import launcher as processes
else:
    processes = lazy("sim.lab.sweep.launcher")

SOON = 5.0  # seconds


def add_overrides(parser: argparse.ArgumentParser, example: str, *, results: bool = True) -> None:
    """Add the overrides of a run, ``--config-dir`` and ``--results``.

    Args:
        parser: gets the options.
        example: overrides, for the help.
        results: whether the command has a results folder.
    """
    text = f"what is run, as for delaylab run, such as: {example}"
    parser.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help=text)
    parser.add_argument("--config-dir", metavar="DIR", help="a folder of config files of your own, as for delaylab run")
    if results:
        add_results(parser, None)
    parser.add_argument("-m", "--multirun", action="store_true", help=argparse.SUPPRESS)


@dataclass(frozen=True)
class OneRun:
    """The run that a command is about."""

    command: str
    job: Job
    results: Path
    workers: int  # runs that go side by side
    rerun: bool

    def fixed(self) -> Job:
        """Return the job; refuse an open number of replications."""
        if self.job.until is not None:
            why = "replications are not added until something is known; replications=N is allowed"
            raise LabError(f"{self.command}: {why}")
        return self.job

    def sized(self, replications: int) -> Job:
        """Return the job with this default number of replications."""
        return self.fixed() if "replications" in self.job.asked else replace(self.fixed(), replications=replications)

    @property
    def in_parallel(self) -> str:
        """How many runs go side by side, for a message."""
        return f", {self.workers} in parallel" if self.workers > 1 else ""

    def announced(self, what: str, runs: Sequence[tuple[Scenario, Agent, float]]) -> str:
        """Return how many runs are made, and about how long.

        Args:
            what: how many runs of what.
            runs: see `sim.analysis.estimate.wall_time`.
        """
        if not runs:
            return f"{what}, all known from before"
        long = wall_time(runs, self.workers, self.job.seed)
        needed = "" if long == 0.0 else f": about {roughly(long)}" if long >= SOON else ": a few seconds"
        return f"{what} of about {digits(expected_requests(runs[0][0]))} requests each{self.in_parallel}{needed}"

    @contextmanager
    def counted(self, count: int, told: Sequence[str], kept: str | None = None) -> Iterator[Done]:
        """Say what will be run; yield a counter.

        Args:
            count: how many there are.
            told: what is said.
            kept: what is there again after an interruption, None: nothing.
        """
        usable(self.results)
        print_message([*told])
        try:
            with progress(self.command, count) as done:
                yield done
        except KeyboardInterrupt:
            if kept is None:
                raise
            raise KeyboardInterrupt(f"interrupted; complete {kept} are kept and not run again") from None

    def obtained(self, jobs: Sequence[Job], about: Sequence[Job], what: str) -> list[Record]:
        """Return the runs of different jobs, computed unless complete.

        Args:
            jobs: those that take longest first.
            about: those to warn about.
            what: what the jobs are called.
        """
        todo, replications = missing(jobs, self.results, self.rerun), jobs[0].replications
        known = f" ({len(jobs) - len(todo)} known from before)" if 0 < len(todo) < len(jobs) else ""
        said = f"{counted(len(jobs), what)}{known} x {counted(replications, 'replication')}"
        told = [*warnings_of(about), self.announced(said, [(job.scenario, job.agent, replications) for job in todo])]
        with self.counted(len(jobs), told, "runs") as done:
            return obtain_all(jobs, self.results, self.workers, rerun=self.rerun, done=done)


def with_one_run(options: argparse.Namespace, command: str, why: str, work: Callable[[OneRun], None]) -> int:
    """Compose the run, work on it; return the exit code.

    Args:
        options: the parsed arguments.
        command: its name, for messages.
        why: the command is about one run, such as ``explains one run``.
        work: gets the run.
    """
    if options.multirun:
        raise LabError(f"{command}: {why}; leave out -m")
    _refuse_lists(options.overrides, f"{command} {why}")
    find_here()

    def checked(config: omegaconf.DictConfig) -> None:
        node = hydra.core.hydra_config.HydraConfig.get()
        if node.sweeper.get("grids") or node.sweeper.get("params"):
            raise LabError(f"{command}: {why}, and experiment={choices_of(node).get('experiment')} is a sweep")
        work(OneRun(command, job_of(config, node), results_of(config), _workers(node), bool(config.rerun)))

    flags = ["--config-dir", options.config_dir] if options.config_dir else []
    if getattr(options, "results", None):
        flags.append(f"{RESULTS}={options.results}")
    composed = [*flags, *options.overrides, "hydra.mode=RUN"]  # overrides that of an experiment
    return app.main(composed, f"delaylab {command}", checked)


def agent_of(job: Job) -> str:
    """Return the agent of a job in words."""
    return run_label(config_of(job)).partition(" · ")[0]


def _workers(node: Any) -> int:
    """Return how many runs go side by side."""
    if not str(node.launcher.get("_target_")).endswith(processes.ProcessLauncher.__name__):
        return 1
    return processes.ProcessLauncher(node.launcher.get("workers")).workers or os.cpu_count() or 1


def _refuse_lists(overrides: list[str], why: str) -> None:
    parser = hydra.core.override_parser.overrides_parser.OverridesParser.create()
    for text in overrides:
        try:
            override = parser.parse_override(for_hydra(text))
        except hydra.errors.HydraException:
            continue  # reported with the other errors
        if override.is_sweep_override():
            raise LabError(f"{override.key_or_group}: several values make a sweep; {why}")
