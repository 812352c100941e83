"""Commands about two agents in one world: ``--a`` and ``--b``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from sim.analysis.jobs.command_line import for_hydra, own_overrides
from sim.errors import LabError
from sim.lab.config.input_errors import messages
from sim.lab.config.job import Job
from sim.lab.entry.api import job_composed

_AGENT = ("agent", "learner", "correction", "cadence", "ship")


def add_agents(parser: argparse.ArgumentParser) -> None:
    """Add ``--a`` and ``--b``."""
    parser.add_argument(
        "--a", default="", metavar="AGENT", help="overrides of A's agent: 'agent=ucb1_online ship=push'"
    )
    parser.add_argument("--b", default="", metavar="AGENT", help="overrides of B's agent")


def both_sides(options: argparse.Namespace) -> tuple[list[str], list[str]]:
    """Return the overrides of A and of B."""
    why = "both sides live in one world; {} and their keys are allowed here, the rest outside of --a and --b"
    first, second = (
        [*options.overrides, *own_overrides(getattr(options, side), f"--{side}", _AGENT, why)] for side in ("a", "b")
    )
    return first, second


def job_of_side(overrides: list[str], what: str, config_dir: str | None) -> Job:
    """Return the job of overrides; errors begin with ``what``."""
    with beginning(what):
        return job_composed([for_hydra(one) for one in overrides], config_dir)


@contextmanager
def beginning(what: str) -> Iterator[None]:
    """Turn wrong input into an error that begins with ``what``."""
    try:
        yield
    except Exception as error:
        if (said := messages(error)) is None:
            raise
        raise LabError(f"{what}: {said[0]}") from error
