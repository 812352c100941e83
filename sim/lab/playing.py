"""One replication of one twin, and many of them side by side."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from threadpoolctl import threadpool_limits

from agents import Agent
from sim import kernel
from sim.lab.processes import side_by_side
from sim.pipeline.guard import copy_of
from sim.scenario import Scenario
from sim.score.grid import Grid
from sim.score.metrics.base import Metric, Scores
from sim.score.metrics.regret import Regret
from sim.score.metrics.reward import Reward
from sim.trace import Chunk

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Task:
    """One replication to run; the fields are those of `sim.simulation.simulate`."""

    scenario: Scenario
    agent: Agent
    seed: int
    replication: int
    block: int | None = None
    score_from: float = 0.0


def play(task: Task) -> Scores:
    """Run one replication, and return its scores of regret and reward: see `scores`.

    Raises:
        AgentError: the agent's code failed, or said what it may not say.
    """
    scenario = task.scenario
    grid = Grid(scenario.horizon, task.score_from)
    metrics = _metrics(grid, scenario.users.count)

    def read(chunk: Chunk) -> None:
        scored = chunk.since(grid.start)
        stretches = grid.stretches(scored.request_at)
        for metric in metrics:
            metric.read(scored, stretches)

    with threadpool_limits(1, user_api="blas"):
        kernel.run(scenario, copy_of(task.agent, task.replication), task.seed, task.replication, task.block, [read])
    return _said(metrics)


def scores() -> tuple[str, ...]:
    """Return the names of what `play` returns."""
    return tuple(_said(_metrics(Grid(1.0), 1)))


def _metrics(grid: Grid, users: int) -> list[Metric]:
    return [Regret(grid, users), Reward(grid, users)]


def _said(metrics: list[Metric]) -> Scores:
    return {name: value for metric in metrics for name, value in metric.summary().items()}


def play_all(tasks: Mapping[Key, Task], workers: int) -> Iterator[tuple[Key, Scores]]:
    """Run tasks, and yield the key of each and its scores, as they end.

    Args:
        tasks: by key; the first are started first.
        workers: processes side by side; 1: all in this one.

    Raises:
        AgentError: the agent's code failed, or said what it may not say.
        Died: the process of a task died, twice.
    """
    if workers == 1 or len(tasks) < 2:
        yield from ((key, play(task)) for key, task in tasks.items())
        return
    for key, came in side_by_side(play, ((key, (task,)) for key, task in tasks.items()), min(workers, len(tasks))):
        if isinstance(came, BaseException):
            raise came
        yield key, came
