"""What positives are worth, in the mean and each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.laws import Law
from sim.scenario import Scenario
from sim.stable_math import sigmoid
from sim.world.feedback import KeysOf
from sim.world.reversals import Reversals

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Worth:
    """The values of the outcomes that are learnt.

    Args:
        scenario: the world.
        reversals: which of them are taken back.

    Attributes:
        on: whether an outcome may count something else than 1.
        mean: mean value of an outcome that stands, but for its `factor`.
    """

    def __init__(self, scenario: Scenario, reversals: Reversals) -> None:
        value = scenario.feedback.learnt.value
        self.on, self._valued = value is not None or reversals.on, value is not None
        self._amount: float | Law = 1.0 if value is None else value.amount
        self._effect = 0.0 if value is None else value.effect
        self.mean = 1.0 if value is None else value.mean
        self._mood = scenario.users.satisfaction.value_effect

    def factor(self, liking: Floats | None, satisfaction: Floats, shape: tuple[int, ...]) -> Floats | None:
        """Return the factor of the values of items.

        ``(n, m)``; None where it is 1.

        Args:
            liking: ``(n, m)`` how much items are liked; None where nothing depends on it.
            satisfaction: ``(n,)``; not read where it has no say.
            shape: n and m.
        """
        by_utility = None if liking is None or not self._effect else np.exp(self._effect * liking)
        if not self._mood:
            return by_utility
        mood = 2.0 * sigmoid(self._mood * satisfaction)[:, None]
        return np.array(np.broadcast_to(mood, shape)) if by_utility is None else by_utility * mood

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
