"""Warnings about a sweep's jobs, such as keys without effect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from sim.analysis.drill.incident import spares
from sim.scenario import Scenario

if TYPE_CHECKING:
    from agents import Agent

_CONCERNS = {
    "push": ("platform.push", "platform.training.fixed", "platform.serving", "platform.canary"),
    "in_place": ("platform.training.in_place",),
}


class Planned(Protocol):
    """A job: a world, an agent, and the keys set."""

    @property
    def scenario(self) -> Scenario:
        """The world."""

    @property
    def agent(self) -> Agent:
        """The agent."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The keys that the user set, dotted."""


def warnings_of(jobs: Sequence[Planned]) -> list[str]:
    """Return the warnings of a sweep's jobs, each once.

    A key is reported to be without effect only if it has none in all jobs that set it: in a sweep of cadence x push the
    agents in place are there for comparison.
    """
    idle = [{line.partition(":")[0]: line for line in _idle(job)} for job in jobs]
    felt = {key for job, own in zip(jobs, idle, strict=True) for key in job.asked if key not in own}
    general = (line for job in jobs for line in (*job.scenario.warnings(), *_of_agent(job)))
    lines = (line for own in idle for key, line in own.items() if key not in felt)
    return [f"warning: {line}" for line in dict.fromkeys((*general, *lines))]


def _of_agent(job: Planned) -> list[str]:
    return job.agent.warnings(reversals=job.scenario.feedback.learnt.reversal is not None)


def _idle(job: Planned) -> list[str]:
    """Return ``key: why`` for each key set without effect."""
    own = [key.removeprefix("scenario.") for key in job.asked if key.startswith("scenario.")]
    other, ships = ("push", "in place") if job.agent.ship == "in_place" else ("in_place", "by a push")
    without = [f"{key}: has no effect on an agent that ships {ships}; it needs ship={other}"
               for place in _CONCERNS[other] for key in own if f"{key}.".startswith(f"{place}.")]  # fmt: skip
    struck = [spares(one, job.agent.ship) for one in job.scenario.incidents]
    if "incidents" in own and struck and all(struck):
        without.append("incidents: has no effect on an agent that ships in place, which has no trainer and no push")
    return [f"scenario.{line}" for line in (*job.scenario.no_effect(own), *without)]
