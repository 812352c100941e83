"""A stored run that can be run again."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents import Agent
from sim.lab.store.run_folder import Record
from sim.scenario import Scenario


@dataclass(frozen=True)
class Stored:
    """A stored run that can be run again.

    Attributes:
        record: its folder.
        scenario: the world.
        agent: learner x correction x cadence.
        seed: the run's seed.
        replications: how many.
        same_code: whether it was computed by the present code.
        warnings: reasons why results may differ.
    """

    record: Record
    scenario: Scenario
    agent: Agent
    seed: int
    replications: int
    same_code: bool
    warnings: tuple[str, ...] = field(default=())
