"""One replication of one twin, and many of them side by side."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from concurrent.futures import as_completed
from dataclasses import dataclass
from typing import TypeVar

from threadpoolctl import threadpool_limits

from agents import Agent
from sim import kernel
from sim.lab.processes import processes
from sim.pipeline.guard import copy_of
from sim.scenario import Scenario
from sim.score.grid import Grid
from sim.score.metrics.regret import Regret
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


@dataclass(frozen=True)
class Tally:
    """What is left of it: ``regret/total`` and the number of requests."""

    regret: float
    requests: float


def play(task: Task) -> Tally:
    """Run one replication.

    Raises:
        AgentError: the agent's code failed, or said what it may not say.
    """
    scenario = task.scenario
    grid = Grid(scenario.horizon)
    score = Regret(grid, scenario.users.count)

    def read(chunk: Chunk) -> None:
        score.read(chunk, grid.stretches(chunk.request_at))

    with threadpool_limits(1, user_api="blas"):
        kernel.run(scenario, copy_of(task.agent, task.replication), task.seed, task.replication, task.block, [read])
    scores = score.summary()
    return Tally(scores["regret/total"] or 0.0, scores["requests"] or 0.0)


def play_all(tasks: Mapping[Key, Task], workers: int) -> Iterator[tuple[Key, Tally]]:
    """Run tasks, and yield the key of each and what is left of it, as they end.

    Args:
        tasks: by key; the first are started first.
        workers: processes side by side; 1: all in this one.
    """
    if workers == 1 or len(tasks) < 2:
        yield from ((key, play(task)) for key, task in tasks.items())
        return
    with processes(min(workers, len(tasks))) as pool:
        keys = {pool.submit(play, task): key for key, task in tasks.items()}
        for future in as_completed(keys):
            yield keys[future], future.result()
