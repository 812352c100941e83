"""Commands about two agents in one world: ``--a`` and ``--b``."""

from __future__ import annotations

import argparse
import shlex

from sim.analysis.jobs.command_line import for_hydra
from sim.errors import LabError, refusing
from sim.lab.cli._options import beginning
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
    first, second = ([*options.overrides, *_agent_overrides(getattr(options, side), side)] for side in ("a", "b"))
    return first, second


def _agent_overrides(text: str, side: str) -> list[str]:
    """Return the overrides of a side's agent.

    Raises:
        LabError: a key is not the agent's.
    """
    with refusing(f"--{side}: {{why}}", ValueError):
        given = shlex.split(text)
    for one in given:
        key = one.lstrip("+~").partition("=")[0]
        if key.partition(".")[0].partition("@")[0] not in _AGENT:
            raise LabError(
                f"--{side}: {key}: both sides live in one world; {', '.join(_AGENT)} and their keys are allowed here, "
                "the rest outside of --a and --b"
            )
    return given


def job_of_side(overrides: list[str], what: str, config_dir: str | None) -> Job:
    """Return the job of overrides; errors begin with ``what``."""
    with beginning(what):
        return job_composed([for_hydra(one) for one in overrides], config_dir)
