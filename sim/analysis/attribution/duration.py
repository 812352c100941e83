"""Estimate the time of twins from short runs."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING

from sim.analysis.attribution.attribute import twins
from sim.analysis.attribution.replications import Task, run_replication
from sim.errors import LabError
from sim.pipeline.agent_error import AgentError
from sim.scenario import Scenario, ScenarioError

if TYPE_CHECKING:
    from agents import Agent

_FIRST = 500  # requests of the first trial; each next one has four times as many
_ENOUGH = 0.3  # seconds from which the speed of a trial is used


def duration(scenario: Scenario, agent: Agent, seed: int, replications: int, workers: int, requests: float) -> float:
    """Estimate the seconds that an attribution takes.

    One twin that keeps the agent's cadence and one that does not are timed: `extrapolated`.

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


def extrapolated(run: Callable[[Scenario], object], scenario: Scenario, requests: float) -> float:
    """Estimate the seconds of a run from its beginnings.

    Longer and longer beginnings are run until one takes `_ENOUGH` seconds.

    Args:
        run: runs a scenario.
        scenario: the whole scenario.
        requests: expected number in it.

    Returns:
        The seconds; 0 where the run fails, since the real run reports the failure.
    """
    share, took, before = min(1.0, _FIRST / max(requests, 1.0)), 0.0, (0.0, 0.0)
    while True:
        try:
            start = Scenario.load(scenario, {"horizon": f"{share * scenario.horizon:.6f}s"})
            began = perf_counter()
            run(start)
        except (AgentError, LabError, ScenarioError):
            return 0.0
        took = perf_counter() - began
        if share >= 1.0:
            return took
        if took >= _ENOUGH:
            speed = (took - before[1]) / (share - before[0])  # of the added requests only: the first ones cost more
            return took + max(speed, 0.0) * (1.0 - share)
        before, share = (share, took), min(1.0, 4.0 * share)
