"""Run one replication of a twin, or many in turn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from agents import Agent
from sim import kernel
from sim.analysis.in_turn import in_turn
from sim.pipeline.guard import copy_of
from sim.scenario import Replication, Scenario
from sim.scenario.population import Population
from sim.score.grid import Grid
from sim.score.metrics.base import Metric, Summary
from sim.score.metrics.regret import Regret
from sim.score.metrics.reward import Reward
from sim.stable_math import one_blas_thread
from sim.trace import Chunk

Key = tuple[str, int]  # the twin's hash and the replication


@dataclass(frozen=True)
class Task:
    """One replication to run; fields as in `sim.simulation.simulate`."""

    scenario: Scenario
    agent: Agent
    seed: int
    replication: int
    block: int | None = None
    score_from: float = 0.0


def run_replication(task: Task) -> Summary:
    """Run one replication; return its scores (see `scores`).

    Raises:
        AgentError: the agent's code failed or returned something invalid.
    """
    scenario = task.scenario
    arrivals = Population(scenario, task.seed, task.replication).late
    grid = Grid(scenario.horizon, task.score_from, arrivals)
    users = scenario.users.count
    metrics: list[Metric] = [Regret(grid, users), Reward(grid, users)]

    def read(chunk: Chunk) -> None:
        scored = chunk.since(grid.start)
        bucket_runs = grid.bucket_runs(scored.request_at)
        for metric in metrics:
            metric.read(scored, bucket_runs)

    with one_blas_thread():
        replication = Replication(scenario, task.seed, task.replication, task.block)
        kernel.run(replication, copy_of(task.agent, task.replication), [read])
    return {name: value for metric in metrics for name, value in metric.summary().items()}


def scores() -> tuple[str, ...]:
    """Return the names of the scores that `run_replication` returns."""
    return (*Regret.says, *Reward.says)


def run_in_turn(tasks: Mapping[Key, Task]) -> Iterator[tuple[Key, Summary]]:
    """Run tasks one after another; yield key and scores.

    Raises:
        AgentError: the agent's code failed or returned something invalid.
    """
    yield from in_turn(run_replication)(tasks)


Player = Callable[[Mapping[Key, Task]], Iterator[tuple[Key, Summary]]]


def line_of(key: Key, found: Summary) -> str:
    """Return a replication's scores as a line, for `scores_in`."""
    return json.dumps([*key, found]) + "\n"


def scores_in(lines: str) -> dict[Key, Summary]:
    """Return the scores of replications in lines of `line_of`.

    Invalid lines are ignored: the end of a line whose writer was killed, or a line of an older version.

    >>> scores_in(line_of(("1f2e", 0), {"regret/total": 2.5}) + '["1f2e", 1, {"regr')
    {('1f2e', 0): {'regret/total': 2.5}}
    """
    known: dict[Key, Summary] = {}
    for line in lines.splitlines():
        with suppress(ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            twin, replication, found = json.loads(line)
            known[str(twin), int(replication)] = {
                str(name): None if value is None else float(value) for name, value in found.items()
            }
    return known
