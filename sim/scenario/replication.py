"""One replication of a scenario."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.load import Scenario
from sim.tuning import TUNING, Tuning


@dataclass(frozen=True)
class Replication:
    """A scenario with its draws, and how it is computed.

    Attributes:
        scenario: the world.
        seed: the run's seed.
        number: of the replication, from 0.
        block: requests a block, None to adapt; it changes no result.
        tuning: sizes; they change no result.
    """

    scenario: Scenario
    seed: int
    number: int
    block: int | None = None
    tuning: Tuning = TUNING
