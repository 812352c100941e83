"""How much users like items, in standard deviations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, normal, root
from sim.laws import ByUtility
from sim.ports import Catalogue
from sim.scenario import Scenario
from sim.world.alive import Alive

Floats = NDArray[np.float64]
_KEPT = 64  # catalogues whose items' popularity is kept


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
        self._known = dict[int, tuple[Catalogue, Floats]]()

    def of(self, alive: Alive, liked: Floats) -> Floats | None:
        """Return z of every item alive, ``(n, m)``.

        None where nothing depends on it.

        Args:
            alive: the items alive.
            liked: ``(n, m)`` inner products of tastes and features.
        """
        if not self._on:
            return None
        z = liked.copy()
        alive.add(np.stack([self._popular(catalogue) for catalogue in alive.catalogues]), z)
        z /= self._scale
        return z

    def _popular(self, catalogue: Catalogue) -> Floats:
        """Return the popularity of items, ``(m,)``."""
        known, numbers = self._known.get(id(catalogue), (None, None))
        if known is not catalogue or numbers is None:
            if len(self._known) == _KEPT:
                self._known.clear()
            numbers = self._popularity * normal(self._key, catalogue.ids)
            self._known[id(catalogue)] = catalogue, numbers
        return numbers


def liking_scale(scenario: Scenario) -> float:
    """Return the standard deviation of liking, in log odds."""
    users = scenario.users
    fixed = users.preferences.spread if users.tastes is None else users.tastes.spread
    spreads = (scenario.items.popularity, fixed, users.trend.spread, users.drift.spread)
    return float(np.sqrt(sum(spread * spread for spread in spreads)))
