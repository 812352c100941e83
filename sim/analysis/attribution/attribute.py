"""Attribute the regret of a run to its delays.

Twins on common random numbers show what each delay costs; Shapley values split the total.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from agents import Agent
from sim.analysis.attribution.decomposition import Decomposition, decompose
from sim.analysis.attribution.replications import Key, Player, Task, run_in_turn, scores
from sim.analysis.attribution.shapley import coalitions
from sim.analysis.attribution.twins import at_work, never_trains, without
from sim.analysis.identity import run_hash
from sim.analysis.score import REGRET
from sim.errors import LabError, unknown
from sim.scenario import Scenario
from sim.score.metrics.base import Summary

Floats = NDArray[np.float64]
_A_REQUEST = "regret/per_request"


class Cache(Protocol):
    """Scores of twins known from before."""

    def get(self, key: Key) -> Summary | None:
        """Return the scores of a twin's replication, None if unknown."""

    def add(self, key: Key, tally: Summary) -> None:
        """Store the scores of a replication."""


@dataclass(frozen=True)
class Attribution:
    """Result of `attribute`.

    Attributes:
        varied: the causes that can have an effect in this run; the parts of the others are exactly 0.
        replications: how many.
        score: the name of the score that is split.
        split: its parts.
        per_request: the parts of ``regret/per_request``; None where a replication had no request.
        twins: the score of every twin by the causes removed, ``(replications,)`` each.
    """

    varied: tuple[str, ...]
    replications: int
    score: str
    split: Decomposition
    per_request: Decomposition | None
    twins: Mapping[frozenset[str], Floats] = field(repr=False)

    @property
    def beside(self) -> Decomposition | None:
        """The parts a request, where the score is something else."""
        return self.per_request if self.score not in (REGRET, _A_REQUEST) else None

    def plain(self) -> dict[str, Any]:
        """Return plain data; ``docs/attribution.md`` lists the keys."""
        return {
            "score": self.score,
            **self.split.plain(),
            "replications": self.replications,
            "varied": list(self.varied),
            "per_request": None if self.per_request is None else self.per_request.plain(),
            "twins": [{"removed": sorted(gone), self.score: left.tolist()} for gone, left in self.twins.items()],
        }


def attribute(
    scenario: Scenario,
    agent: Agent,
    *,
    seed: int = 0,
    replications: int = 1,
    block: int | None = None,
    score: str = REGRET,
    score_from: float = 0.0,
    play: Player = run_in_turn,
    done: Callable[[], None] = lambda: None,
    kept: Cache | None = None,
) -> Attribution:
    """Decomposition the regret of a run among its delays.

    Args:
        scenario: the world.
        agent: learner x correction x cadence.
        seed: of the run; its twins have the same.
        replications: of the run; two or more give intervals, paired by replication.
        block: requests computed at once, None to adapt; it does not change the result.
        score: the score to split, one of `sim.analysis.attribution.replications.scores`.
        score_from: seconds; requests before it are not scored.
        play: runs all replications of all twins; the result does not depend on it.
        done: called after each run, `runs` times in all.
        kept: scores of twins from earlier attributions; these are not run again. None: there are none.

    Raises:
        LabError: there is no such score, or it is undefined in a replication of some twin.
        AgentError: the agent's code failed or returned something invalid.
    """
    check_score(score)
    varied = at_work(scenario, agent)
    worlds, numbers = _twins(scenario, agent, varied), range(replications)
    names = {gone: run_hash(*twin, seed, 1, score_from) for gone, twin in worlds.items()}
    tasks = {
        (names[gone], replication): Task(*worlds[gone], seed, replication, block, score_from)
        for gone in reversed(worlds)  # agents that learn at once take longest: they come first
        for replication in numbers
    }
    found = _played(tasks, kept, play, done)
    by_twin = {gone: [found[name, n] for n in numbers] for gone, name in names.items()}
    measured = _measured(by_twin, score)
    if measured is None:
        raise LabError(
            f"attribute: {score} is undefined in a replication without requests; --score regret/total is not"
        )
    rates = _measured(by_twin, _A_REQUEST)
    per_request = None if rates is None else decompose(rates, varied)
    return Attribution(varied, replications, score, decompose(measured, varied), per_request, measured)


def _played(
    tasks: Mapping[Key, Task], kept: Cache | None, play: Player, done: Callable[[], None]
) -> dict[Key, Summary]:
    """Return the scores of each task, cached or computed."""
    found = {key: tally for key in tasks if kept is not None and (tally := kept.get(key)) is not None}
    for _ in found:
        done()
    for key, tally in play({key: task for key, task in tasks.items() if key not in found}):
        found[key] = tally
        if kept is not None:
            kept.add(key, tally)
        done()
    return found


def check_score(name: str) -> None:
    """Refuse a score that twins do not have.

    Raises:
        LabError: there is no score of that name.
    """
    if name not in scores():
        raise unknown("attribute: --score", name, scores())


def _measured(found: Mapping[frozenset[str], Sequence[Summary]], score: str) -> dict[frozenset[str], Floats] | None:
    """Return a score of all replications of all twins.

    None where a replication does not have it.
    """
    told = {gone: [own.get(score) for own in tallies] for gone, tallies in found.items()}
    if any(value is None for values in told.values() for value in values):
        return None
    return {gone: np.array(values, dtype=np.float64) for gone, values in told.items()}


def runs(scenario: Scenario, agent: Agent, replications: int) -> int:
    """Return how many runs `attribute` needs.

    One for each subset of the effective causes, times the replications. Equal twins count once; where the agent never
    trains, no other delay matters until the cadence is removed.
    """
    return len(twins(scenario, agent)) * replications


def twins(scenario: Scenario, agent: Agent) -> dict[str, tuple[Scenario, Agent]]:
    """Return world and agent of each twin, by its name.

    Equal twins appear once.
    """
    return {run_hash(*twin, 0, 1): twin for twin in _twins(scenario, agent, at_work(scenario, agent)).values()}


def _twins(scenario: Scenario, agent: Agent, varied: tuple[str, ...]) -> dict[frozenset[str], tuple[Scenario, Agent]]:
    """Return the twin without each subset of the causes.

    Where the agent never trains, the other delays have no effect and only the cadence is removed.
    """
    idle = never_trains(scenario, agent)
    return {
        gone: without(scenario, agent, () if idle and "cadence" not in gone else gone) for gone in coalitions(varied)
    }
