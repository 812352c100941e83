"""How much users like items, in standard deviations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, normal, root
from sim.laws import ByUtility
from sim.scenario import Scenario
from sim.world.alive import Alive

Floats = NDArray[np.float64]


class Liking:
    """``z = (popularity_i + <taste_u(t), x_i>) / s``, where a delay or a value depends on it.

    That is the utility before satiation, less the log odds of the click rate. s is the standard deviation of this over
    users, items and time, as the scenario states it: constants, not estimates.

    Args:
        scenario: the world.
        seed: the run's seed.
        replication: its replication.

    Attributes:
        in_delays: whether a delay depends on it.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int) -> None:
        feedback = scenario.feedback
        kinds = (feedback.click, feedback.conversion)
        laws = [part for kind in kinds if kind is not None for part in kind.delay.parts()]
        self.in_delays = any(isinstance(law, ByUtility) for law in laws)
        value = feedback.learnt.value
        self._on = self.in_delays or (value is not None and value.effect != 0)
        self._popularity = scenario.items.popularity
        self._key = root(seed, replication, Stream.ITEM_POPULARITY)
        self._scale = liking_scale(scenario)

    def of(self, alive: Alive, liked: Floats) -> Floats | None:
        """Return z of every item alive, ``(n, m)``.

        None where nothing depends on it.

        Args:
            alive: the items alive.
            liked: ``(n, m)`` inner products of tastes and features.
        """
        if not self._on:
            return None
        z = liked + alive.each(lambda ids: self._popularity * normal(self._key, ids))
        z /= self._scale
        return np.asarray(z)


def liking_scale(scenario: Scenario) -> float:
    """Return the standard deviation of liking, in log odds."""
    users = scenario.users
    fixed = users.preferences.spread if users.tastes is None else users.tastes.spread
    spreads = (scenario.items.popularity, fixed, users.trend.spread, users.drift.spread)
    return float(np.sqrt(sum(spread * spread for spread in spreads)))
