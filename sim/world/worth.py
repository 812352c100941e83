"""What positives are worth, in the mean and each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, normal, root
from sim.laws import Law
from sim.scenario import Scenario
from sim.stable_math import sigmoid
from sim.world.alive import Alive
from sim.world.feedback import KeysOf
from sim.world.reversals import Reversals

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Worth:
    """The values of the outcomes that are learnt.

    Args:
        scenario: the world.
        seed: the run's seed.
        replication: its replication.

    Attributes:
        on: whether an outcome may count something else than 1.
        mean: mean value of an outcome that stands, but for its `factor`.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int, reversals: Reversals) -> None:
        value = scenario.feedback.learnt.value
        self.on, self._valued = value is not None or reversals.on, value is not None
        self._amount: float | Law = 1.0 if value is None else value.amount
        self._effect = 0.0 if value is None else value.effect
        self.mean = 1.0 if value is None else value.mean
        self._mood = scenario.users.satisfaction.value_effect
        self._popularity = scenario.items.popularity
        self._key = root(seed, replication, Stream.ITEM_POPULARITY)
        self._scale = liking_scale(scenario)

    def factor(self, alive: Alive, liked: Floats, satisfaction: Floats) -> Floats | None:
        """Return the factor of the values of items.

        ``(n, m)``; None where it is 1.

        Args:
            alive: the items alive.
            liked: ``(n, m)`` inner products of tastes and features.
            satisfaction: ``(n,)``; not read where it has no say.
        """
        if not self._mood:
            return self._by_utility(alive, liked)
        mood = 2.0 * sigmoid(self._mood * satisfaction)[:, None]
        by_utility = self._by_utility(alive, liked)
        return np.array(np.broadcast_to(mood, liked.shape)) if by_utility is None else by_utility * mood

    def _by_utility(self, alive: Alive, liked: Floats) -> Floats | None:
        if not self._effect:
            return None
        z = liked + alive.each(lambda ids: self._popularity * normal(self._key, ids))
        z /= self._scale
        z *= self._effect
        return np.asarray(np.exp(z, out=z))

    def of_click(
        self, rate: Floats | None, factor: Floats | None, kept: Floats | float, shape: tuple[int, ...]
    ) -> Floats | None:
        """Return the expected value of a click, ``(n, m)``.

        None where it is 1.

        Args:
            rate: ``(n, m)`` conversions per click where they are learnt, else None.
            factor: what `factor` returned.
            kept: share of outcomes that stands, one for all or ``(n, 1)``.
            shape: n and m.
        """
        if not self.on:
            return rate
        worth = self.of_outcome(factor, kept, shape)
        return worth if rate is None else rate * worth

    def of_outcome(self, factor: Floats | None, kept: Floats | float, shape: tuple[int, ...]) -> Floats:
        """Return the mean value of outcomes of some factors."""
        mean = self.mean * kept
        return np.array(np.broadcast_to(mean, shape)) if factor is None else mean * factor

    def draw(self, keys: KeysOf, outcome: Bools, factor: Floats | None) -> Floats | None:
        """Return the values of outcomes, 0 where there is none.

        As if none were taken back; None where each is 1.

        Args:
            keys: returns the keys of the draws of some entries.
            outcome: whether there is one, any shape.
            factor: of the same shape, or None for 1.
        """
        if not self._valued:
            return None
        values = np.zeros(outcome.shape)
        happens = np.flatnonzero(outcome)
        if not len(happens):
            return values
        if isinstance(self._amount, Law):
            own = keys(happens).ravel()
            amount: Floats | float = self._amount.draw(own, np.zeros(len(own))).delay
        else:
            amount = self._amount
        values.ravel()[happens] = amount if factor is None else amount * factor.ravel()[happens]
        return values


def liking_scale(scenario: Scenario) -> float:
    """Return the standard deviation of liking, in log odds."""
    users = scenario.users
    spreads = (scenario.items.popularity, users.preferences.spread, users.trend.spread, users.drift.spread)
    return float(np.sqrt(sum(spread * spread for spread in spreads)))
