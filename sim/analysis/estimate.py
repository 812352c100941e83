"""Estimates of requests, wall time and memory of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import LabError
from sim.laws import Law
from sim.laws.instants import microseconds
from sim.laws.quantiles import quantile
from sim.pipeline.agent_error import AgentError
from sim.scenario import Scenario, ScenarioError
from sim.simulation import simulate
from sim.world.visit_clock import DAY, VisitClock

if TYPE_CHECKING:
    from agents import Agent

BASE = 155 * 2**20  # bytes of Python, numpy, scipy and pandas
PER_USER = 8 * 15  # bytes besides the latent state: the next visit, the time of the last one, counts
PER_STATE = 8 * 4  # bytes per dimension: preferences, trend, drift, satiation
PER_IMPRESSION = 80  # bytes of a row of the log
PER_NUMBER = 8  # bytes of a number that belongs to a request
_FIRST = 500  # requests of the first trial; each next one has four times as many
_ENOUGH = 0.3  # seconds from which the speed of a trial is used


@dataclass(frozen=True)
class Estimate:
    """Requests, seconds and bytes of one replication.

    Attributes:
        requests: expected number.
        seconds: wall time on one core; None where the agent fails.
        memory: peak, in bytes.
    """

    requests: float
    seconds: float | None
    memory: float


def estimate(scenario: Scenario, agent: Agent, seed: int = 0) -> Estimate:
    """Estimate requests, time and memory of one replication.

    Args:
        scenario: the world.
        agent: learner x correction x cadence.
        seed: the seed of the short runs that are timed.

    Returns:
        The estimate. The time is extrapolated from short beginnings of the run, so that it is too low for an agent
        that trains only after them. The memory is that of `memory`.
    """
    requests = expected_requests(scenario)
    seconds = extrapolated(lambda start: simulate(start, agent, seed=seed), scenario, requests)
    return Estimate(requests, seconds or None, memory(scenario, agent))


def wall_time(runs: Sequence[tuple[Scenario, Agent, float]], workers: int, seed: int = 0) -> float:
    """Estimate the wall time of several runs in parallel.

    Each agent is timed once, by `estimate` in its first world: the time of its other runs grows with their requests.

    Args:
        runs: world, agent and replications of each; these follow each other in one process.
        workers: parallel processes.
        seed: the seed of the short runs that are timed.

    Returns:
        Seconds; 0 where the agents fail, since the real runs report the failure.
    """
    pace: dict[int, float] = {}
    for scenario, agent, _ in runs:
        if id(agent) not in pace:
            need = estimate(scenario, agent, seed)
            pace[id(agent)] = (need.seconds or 0.0) / max(need.requests, 1.0)
    each = [pace[id(agent)] * expected_requests(scenario) * replications for scenario, agent, replications in runs]
    return max(sum(each) / workers, max(each, default=0.0))


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


def memory(scenario: Scenario, agent: Agent) -> float:
    """Estimate the peak memory of a run without trace, bytes.

    The sum of `BASE`; `PER_USER` and, per latent dimension, `PER_STATE` for each user; and `PER_IMPRESSION` for each
    impression that the log keeps (those of the refit window, or those whose feedback is pending), with `PER_NUMBER`
    for each number of a request that agents see. The learner's own memory is not counted.
    """
    users, dim = scenario.users, scenario.users.preferences.dim
    seen = users.context.shown + (dim if users.observed.recent is not None else 0)
    each, ever = PER_IMPRESSION + PER_NUMBER * seen / scenario.slate.size, users.ever(scenario.horizon)
    return BASE + ever * (PER_USER + PER_STATE * dim) + each * _kept(scenario, agent)


def _kept(scenario: Scenario, agent: Agent) -> float:
    """Return how many impressions the log holds at the end."""
    cadence, horizon = agent.cadence, scenario.horizon
    if cadence.feedbacks is None and not np.isfinite(cadence.next(0.0)):
        return 0.0  # nothing is ever trained: nothing is kept
    feedback = scenario.feedback.learnt
    out = feedback.window or quantile(feedback.delay, 0.95) or horizon
    if (back := feedback.reversal) is not None and cadence.refit_window is None:  # news until it is taken back
        out += back.window or quantile(back.delay, 0.95) or horizon
    span = min(horizon, max(out, cadence.refit_window or 0.0))
    return expected_requests(scenario) * scenario.slate.size * span / horizon


def expected_requests(scenario: Scenario, until: float | None = None) -> float:
    """Return the expected number of requests.

    Satisfaction, which changes the rate of visits, is ignored.

    Args:
        scenario: the world.
        until: seconds, up to which they are counted; None: the horizon.
    """
    visits, count, horizon = scenario.users.visits, scenario.users.count, scenario.horizon if until is None else until
    if visits.every is not None and (scenario.users.arrivals, scenario.users.leaving) != (None, None):
        return scenario.users.present(horizon) * horizon / visits.every
    if visits.every is not None:
        return float(_staggered(int(microseconds(visits.every)), count, int(microseconds(horizon))))
    assert visits.rate is not None
    present = scenario.users.present(horizon)
    return float(present * scenario.users.visits_per_second * VisitClock(scenario).reading(np.array(horizon)))


def _staggered(every: int, count: int, horizon: int) -> int:
    """Count visits of users who come at a fixed interval.

    User ``u`` comes every ``every`` microseconds, ``every * u // count`` later than user 0.
    """
    rounds, rest = divmod(horizon, every)
    once_more = min(count, -(-(rest + 1) * count // every))  # users whose offset is at most ``rest``
    return max(0, rounds - 1) * count + (once_more if rounds else 0)


def training_of_a_day(scenario: Scenario, requests: float) -> tuple[float, float, float]:
    """Return what a training on a day of impressions takes.

    Of the whole run, if it is shorter.

    Args:
        scenario: the world.
        requests: of the run, see `expected_requests`.

    Returns:
        Seconds of impressions, their number, and the seconds of training that each takes.
    """
    length = min(scenario.horizon, DAY)
    examples = requests * scenario.slate.size * length / scenario.horizon
    return length, examples, scenario.platform.training.per_example


def delays(scenario: Scenario) -> dict[str, tuple[str, Law]]:
    """Return laws and their texts, by what they delay."""
    feedback, platform = scenario.plain()["feedback"], scenario.plain()["platform"]
    found = {"click": (feedback["click"]["delay"], scenario.feedback.click.delay)}
    if scenario.feedback.conversion is not None:
        found["conversion"] = (feedback["conversion"]["delay"], scenario.feedback.conversion.delay)
    if (back := scenario.feedback.learnt.reversal) is not None:
        found["reversal"] = (feedback[scenario.feedback.learn_from]["reversal"]["delay"], back.delay)
    found |= {
        "ingest": (platform["ingest"], scenario.platform.ingest),
        "training": (platform["training"]["fixed"], scenario.platform.training.fixed),
        "push": (platform["push"], scenario.platform.push),
    }
    if (cache := scenario.platform.serving.cache) is not None:
        found["cache"] = (platform["serving"]["cache"], cache)
    return found
