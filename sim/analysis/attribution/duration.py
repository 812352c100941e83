"""Estimate the time of twins from short runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.attribution.attribute import twins
from sim.analysis.attribution.replications import Task, run_replication
from sim.analysis.estimate import extrapolated
from sim.scenario import Scenario

if TYPE_CHECKING:
    from agents import Agent


def duration(scenario: Scenario, agent: Agent, seed: int, replications: int, workers: int, requests: float) -> float:
    """Estimate the seconds that an attribution takes.

    One twin that keeps the agent's cadence and one that does not are timed: `sim.analysis.estimate.extrapolated`.

    Args:
        scenario: the world.
        agent: learner x correction x cadence.
        seed: that of the run.
        replications: those of the run.
        workers: parallel processes.
        requests: expected number in each run.
    """
    each: dict[bool, float] = {}
    total = 0.0
    for world, twin in twins(scenario, agent).values():  # the cost depends on the cadence more than on the delays
        own = twin is agent
        if own not in each:
            each[own] = _seconds(world, twin, seed, requests)
        total += each[own]
    return total * replications / workers


def _seconds(scenario: Scenario, agent: Agent, seed: int, requests: float) -> float:
    """Estimate the seconds that a run takes."""
    return extrapolated(lambda start: run_replication(Task(start, agent, seed, 0)), scenario, requests)
