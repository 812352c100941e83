"""About how long twins will take, from a short run of the quickest and the slowest of them."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING

from sim.analysis.attribution.attribute import twins
from sim.analysis.attribution.replications import Task, play
from sim.errors import LabError
from sim.pipeline.guard import AgentError
from sim.scenario import Scenario, ScenarioError

if TYPE_CHECKING:
    from agents import Agent

_FIRST = 500  # requests of the first try; each one after has four times as many
_ENOUGH = 0.3  # seconds that a try takes whose speed counts


def duration(scenario: Scenario, agent: Agent, seed: int, replications: int, workers: int, requests: float) -> float:
    """Return about how many seconds `sim.analysis.attribution.attribute.attribute` needs.

    Args:
        scenario: the world.
        agent: learner x correction x cadence.
        seed: of the run.
        replications: of the run.
        workers: processes side by side.
        requests: expected in each run.
    """
    each: dict[bool, float] = {}
    total = 0.0
    for world, twin in twins(scenario, agent).values():  # what they cost depends on the cadence more than on the delays
        own = twin is agent
        if own not in each:
            each[own] = _seconds(world, twin, seed, requests)
        total += each[own]
    return total * replications / workers


def _seconds(scenario: Scenario, agent: Agent, seed: int, requests: float) -> float:
    """Return about how many seconds a run takes."""
    return extrapolated(lambda start: play(Task(start, agent, seed, 0)), scenario, requests)


def extrapolated(run: Callable[[Scenario], object], scenario: Scenario, requests: float) -> float:
    """Return about how many seconds a run takes, from longer and longer beginnings of it.

    Args:
        run: runs a scenario.
        scenario: the whole of it.
        requests: expected in it.

    Returns:
        0 where it fails: the run itself will say how.
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
            speed = (took - before[1]) / (share - before[0])  # of what came on top: the first requests cost more
            return took + max(speed, 0.0) * (1.0 - share)
        before, share = (share, took), min(1.0, 4.0 * share)
