"""A stored run that can be run again."""

from __future__ import annotations

from dataclasses import dataclass, field

from agents import Agent
from sim.lab.store.run_folder import Record
from sim.scenario import Scenario


@dataclass(frozen=True)
class Stored:
    """A stored run that can be run again."""

    record: Record  # its folder
    scenario: Scenario  # the world
    agent: Agent  # learner x correction x cadence
    seed: int  # the run's seed
    replications: int  # how many
    same_code: bool  # whether it was computed by the present code
    warnings: tuple[str, ...] = field(default=())  # reasons why results may differ
