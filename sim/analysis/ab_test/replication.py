"""One replication of an A/B test, and its truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents import Agent
from sim import kernel
from sim.analysis.ab_test.user_level import Estimates, difference, ratio
from sim.analysis.ab_test.user_sums import UserSums
from sim.analysis.in_turn import in_turn
from sim.pipeline.guard import copy_of
from sim.scenario import Scenario
from sim.scenario.population import Population
from sim.stable_math import one_blas_thread

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
METRICS = ("per_request", "per_user")
LOGS = ("own", "shared")


@dataclass(frozen=True)
class Task:
    """One replication to run.

    Attributes:
        scenario: the world.
        agents: the agents of A and of B.
        share: of the users that B serves.
        logs: whose requests the variants learn from, ``own`` or ``shared``; the first one's test is read.
        metric: one of `METRICS`.
        looks: instants at which the log is read, ascending, seconds.
        start: requests before it are left out, seconds.
        wait: only requests at least so old are read, seconds.
        seed: the run's seed.
        replication: its number.
        block: requests a block, None to adapt.
    """

    scenario: Scenario
    agents: tuple[Agent, Agent]
    share: float
    logs: tuple[str, ...]
    metric: str
    looks: tuple[float, ...]
    start: float
    wait: float
    seed: int
    replication: int
    block: int | None = None


@dataclass(frozen=True)
class Replication:
    """What one test said, and the truth.

    Differences are B less A.

    Attributes:
        seen: estimates at each look, from the log of the test.
        truth: ``(n_looks,)`` of all users under B, less all under A: expected reward up to each look.
        inside: by log, the same difference between the users of the test; what the users differ by without a test is
            taken off.
    """

    seen: Estimates
    truth: Floats
    inside: Mapping[str, float]


def run_replication(task: Task) -> Replication:
    """Run the test and its truth.

    The truth is of two runs: all users under A, and all under B. All runs have the same random numbers.

    Raises:
        AgentError: an agent's code failed or returned something invalid.
    """
    users = Population(task.scenario, task.seed, task.replication).count
    split = kernel.Split({"A": 1.0 - task.share, "B": task.share})
    second = split.of(np.arange(users), task.seed, task.replication) == 1
    with one_blas_thread():
        full = [_expected(task, _sums(task, users, agent)) for agent in task.agents]
        tests = {log: _test(task, users, split, log) for log in task.logs}
    everybody = np.ones(users, dtype=bool)
    truth = _ratio(full[1], everybody) - _ratio(full[0], everybody)
    alike = [_ratio(one, second)[-1] - _ratio(one, ~second)[-1] for one in full]  # without a test
    inside = {}
    for log, sums in tests.items():
        found = _expected(task, sums)
        inside[log] = float(_ratio(found, second)[-1] - _ratio(found, ~second)[-1] - sum(alike) / 2.0)
    return Replication(_seen(task, tests[task.logs[0]], second), truth, inside)


Player = Callable[[Mapping[int, Task]], Iterator[tuple[int, Replication]]]
run_in_turn: Player = in_turn(run_replication)


def _sums(task: Task, users: int, agent: Agent) -> UserSums:
    """Run all users under an agent; return their sums."""
    sums = UserSums(task.scenario, np.array(task.looks), users, task.start)
    copy = copy_of(agent, task.replication)
    kernel.run(_replication(task), copy, [sums.read])
    return sums


def _test(task: Task, users: int, split: kernel.Split, log: str) -> UserSums:
    """Run the test; return the sums of its users."""
    sums = UserSums(task.scenario, np.array(task.looks), users, task.start, task.wait)
    copies = [copy_of(agent, task.replication) for agent in task.agents]
    kernel.run_variants(_replication(task), copies, split, log == "shared", [sums.read], [[], []])
    return sums


def _replication(task: Task) -> kernel.Replication:
    return kernel.Replication(task.scenario, task.seed, task.replication, task.block)


def _expected(task: Task, sums: UserSums) -> tuple[Floats, Floats]:
    """Return expected rewards and what they are divided by."""
    return sums.expected, _per(task, sums.served)


def _per(task: Task, requests: Floats) -> Floats:
    """Return what a user counts in the denominator."""
    return requests if task.metric == METRICS[0] else (requests > 0.0).astype(np.float64)


def _ratio(sums: tuple[Floats, Floats], users: Bools) -> Floats:
    """Return the ratio of the sums over some users."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(sums[0][users].sum(axis=0) / sums[1][users].sum(axis=0))


def _seen(task: Task, sums: UserSums, second: Bools) -> Estimates:
    """Return the estimates of a test at each look."""
    reward, per = sums.seen, _per(task, sums.read_requests)
    return difference(*(ratio(reward[side], per[side]) for side in (~second, second)))
