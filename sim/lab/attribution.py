"""Which part of the regret is each delay to blame for? Twins on common random numbers, split by Shapley's value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents import Agent
from sim.lab.identity import run_hash
from sim.lab.playing import Task, play_all
from sim.lab.shapley import coalitions
from sim.lab.split import Split, split
from sim.lab.tallies import Tallies
from sim.lab.twins import at_work, never_trains, without
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
    kept: Tallies | None = None,
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
        kept: what twins came to before; those are not run again. None: nothing is known.

    Raises:
        AgentError: the agent's code failed, or said what it may not say.
    """
    varied = at_work(scenario, agent)
    twins, kept, numbers = _twins(scenario, agent, varied), kept or Tallies(), range(replications)
    names = {gone: run_hash(*twin, seed, 1) for gone, twin in twins.items()}
    tasks = {
        (names[gone], replication): Task(*twins[gone], seed, replication, block)
        for gone in reversed(twins)  # what learns at once takes longest: it comes first
        for replication in numbers
    }
    found = {key: tally for key in tasks if (tally := kept.get(key)) is not None}
    for _ in found:
        done()
    for key, tally in play_all({key: task for key, task in tasks.items() if key not in found}, workers):
        found[key] = tally
        kept.add(key, tally)
        done()
    regret = {gone: np.array([found[name, n].regret for n in numbers]) for gone, name in names.items()}
    requests = {gone: np.array([found[name, n].requests for n in numbers]) for gone, name in names.items()}
    asked = all(counts.all() for counts in requests.values())
    rates = {gone: regret[gone] / requests[gone] for gone in twins} if asked else None
    per_request = None if rates is None else split(rates, varied)
    return Attribution(varied, replications, split(regret, varied), per_request, regret)


def runs(scenario: Scenario, agent: Agent, replications: int) -> int:
    """Return how many runs `attribute` needs: a twin for each subset of the causes at work, each replicated.

    Equal twins count once; where the agent never trains, no other delay matters until the cadence is removed.
    """
    worlds = _twins(scenario, agent, at_work(scenario, agent))
    return len({run_hash(*twin, 0, 1) for twin in worlds.values()}) * replications


def _twins(scenario: Scenario, agent: Agent, varied: tuple[str, ...]) -> dict[frozenset[str], tuple[Scenario, Agent]]:
    """Return world and agent of the twin without each subset of the causes; a delay before nothing delays nothing."""
    idle = never_trains(scenario, agent)
    return {
        gone: without(scenario, agent, () if idle and "cadence" not in gone else gone) for gone in coalitions(varied)
    }
