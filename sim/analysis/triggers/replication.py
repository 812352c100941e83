"""One replication: retrains, alarms, and first labels of shifts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from agents import Agent
from sim import kernel
from sim.analysis.in_turn import in_turn
from sim.analysis.score import REGRET
from sim.pipeline.guard import copy_of
from sim.scenario import Scenario
from sim.scenario.population import Population
from sim.score import Scorer
from sim.trace import Chunk

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Task:
    """One replication to run.

    Attributes:
        scenario: the world.
        agent: whose retrains are looked at.
        shifts: instants of the shifts, ascending, seconds.
        start: requests before it are not scored, seconds.
        seed: the run's seed.
        replication: its number.
        block: requests a block, None to adapt.
    """

    scenario: Scenario
    agent: Agent
    shifts: tuple[float, ...]
    start: float
    seed: int
    replication: int
    block: int | None = None


@dataclass(frozen=True, eq=False)
class Replication:
    """What one replication brought.

    Attributes:
        retrains: instants before the horizon at which trainings began, ascending, seconds.
        alarms: those of them that the drift detector started.
        first_labels: ``(n_shifts,)`` when the log first held a label of an impression served after each shift; infinite
            if it never did.
        regret: regret at the base rate; None if no request is scored.
    """

    retrains: Floats
    alarms: Floats
    first_labels: Floats
    regret: float | None


def run_replication(task: Task) -> Replication:
    """Run one replication of the agent.

    Raises:
        AgentError: an agent's code failed or returned something invalid.
    """
    scenario = task.scenario
    late = Population(scenario, task.seed, task.replication).late
    scorer = Scorer(scenario.horizon, scenario.users.count, task.start, late)
    labels, copy = FirstLabels(task.shifts), copy_of(task.agent, task.replication)
    with threadpool_limits(1, user_api="blas"):
        replication = kernel.Replication(scenario, task.seed, task.replication, task.block)
        outcome = kernel.run(replication, copy, [scorer.read, labels.read])
    begun = (row.cutoff_at for row in outcome.versions if row.version > 0 and row.cutoff_at < scenario.horizon)
    retrains = np.array(list(begun), dtype=np.float64)
    fired = np.array(getattr(copy.cadence, "alarms", ()), dtype=np.float64)
    started = np.unique(np.searchsorted(retrains, fired))  # a busy trainer starts later, once for several alarms
    alarms = retrains[started[started < len(retrains)]]
    return Replication(retrains, alarms, labels.at, scorer.summary(outcome).get(REGRET))


Player = Callable[[Mapping[int, Task]], Iterator[tuple[int, Replication]]]
run_in_turn: Player = in_turn(run_replication)


class FirstLabels:
    """Finds the first label that could show each shift.

    Attributes:
        at: ``(n_shifts,)`` instants so far, seconds; infinite for none.
    """

    def __init__(self, shifts: tuple[float, ...]) -> None:
        self._shifts = shifts
        self.at = np.full(len(shifts), np.inf)

    def read(self, chunk: Chunk) -> None:
        """Read some requests, in order of time."""
        for place, shift in enumerate(self._shifts):
            first = int(chunk.request_at.searchsorted(shift))
            known = np.where(chunk.comes[first:], chunk.delivered_at[first:], np.inf)
            self.at[place] = min(self.at[place], known.min(initial=np.inf))
