"""Which part of the regret is each delay to blame for? Twins on common random numbers, split by Shapley's value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents import Agent
from sim.lab.playing import Task, play_all
from sim.lab.shapley import coalitions
from sim.lab.split import Split, split
from sim.lab.twins import at_work, without
from sim.scenario import Scenario

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Attribution:
    """What `attribute` found.

    Attributes:
        varied: the causes that can have an effect in this run; the parts of the others are exactly 0.
        replications: how many.
        in_total: ``regret/total``, split.
        per_request: ``regret/per_request``, split; None where a replication had no request.
        twins: ``regret/total`` of every twin by what was removed, ``(replications,)`` each.
    """

    varied: tuple[str, ...]
    replications: int
    in_total: Split
    per_request: Split | None
    twins: Mapping[frozenset[str], Floats] = field(repr=False)

    def plain(self) -> dict[str, Any]:
        """Return it as plain data; ``docs/attribution.md`` lists the keys."""
        return {
            **self.in_total.plain(),
            "replications": self.replications,
            "varied": list(self.varied),
            "per_request": None if self.per_request is None else self.per_request.plain(),
            "twins": [{"removed": sorted(gone), "regret/total": left.tolist()} for gone, left in self.twins.items()],
        }


def attribute(
    scenario: Scenario,
    agent: Agent,
    *,
    seed: int = 0,
    replications: int = 1,
    block: int | None = None,
    workers: int = 1,
    done: Callable[[], None] = lambda: None,
) -> Attribution:
    """Split the regret of a run among its delays.

    Args:
        scenario: the world.
        agent: learner x correction x cadence.
        seed: of the run; its twins have the same.
        replications: of the run; two or more give intervals, paired by replication.
        block: requests computed at once, None to adapt; it has no say in the result.
        workers: processes side by side; 1: all in this one. They have no say in the result.
        done: called after each run, `runs` times in all.

    Raises:
        AgentError: the agent's code failed, or said what it may not say.
    """
    varied = at_work(scenario, agent)
    twins = {gone: without(scenario, agent, gone) for gone in coalitions(varied)}
    tasks = {
        (gone, replication): Task(*twins[gone], seed, replication, block)
        for gone in reversed(twins)  # what learns at once takes longest: it comes first
        for replication in range(replications)
    }
    found = play_all(tasks, workers, done)
    numbers = range(replications)
    regret = {gone: np.array([found[gone, n].regret for n in numbers]) for gone in twins}
    requests = {gone: np.array([found[gone, n].requests for n in numbers]) for gone in twins}
    asked = all(counts.all() for counts in requests.values())
    rates = {gone: regret[gone] / requests[gone] for gone in twins} if asked else None
    per_request = None if rates is None else split(rates, varied)
    return Attribution(varied, replications, split(regret, varied), per_request, regret)


def runs(scenario: Scenario, agent: Agent, replications: int) -> int:
    """Return how many runs `attribute` makes: a twin for each subset of the causes at work, each replicated."""
    return int(2 ** len(at_work(scenario, agent))) * replications
