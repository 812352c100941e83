"""Multinomial logit with a no-click: at most one click.

``P(i) = e^u_i / (1 + sum_j e^u_j)``; an item shown alone is clicked with its attraction. The Gumbel-max rule decides,
so that the noise belongs to the item. Source: McFadden 1974, *Conditional logit analysis of qualitative choice
behavior*; best slates by Dinkelbach 1967 (https://doi.org/10.1287/mnsc.13.7.492).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.choices.base import Bools, Choice, Floats, Indices
from sim.rows import best

_MAX_ROUNDS = 100
_SURE = 25.0  # log odds from which a click is certain but for 1e-11
_ROUNDING = 1e-12
_CERTAIN = 300.0  # log odds from which a click is certain in floats; inf / inf would be NaN


def _odds(utility: Floats) -> Floats:
    return np.asarray(np.exp(np.minimum(utility, _CERTAIN)))


def _around(certain: Bools, value: Floats, size: int) -> Indices:
    """Return slates of the certain item of highest value.

    Beside it stand items that nobody chooses instead, as far as there are any.
    """
    worth = np.where(certain, value, -np.inf)
    scores = np.where(certain, value - 2.0 * value.max(axis=1, keepdims=True) - 1.0, 0.0)
    scores[np.arange(len(value)), worth.argmax(axis=1)] = np.inf
    return best(scores, size)


@dataclass(frozen=True)
class Multinomial(Choice):
    """``multinomial``: see the module."""

    name: ClassVar[str] = "multinomial"

    def clicks(self, utility: Floats, noise: Floats, nobody: Callable[[], Floats]) -> Bools:
        """Click the item with the highest utility plus Gumbel noise.

        There is no click where the noise of clicking nothing is higher.
        """
        noisy = utility - np.log(-np.log(noise))
        nothing = -np.log(-np.log(nobody()))
        rows = np.arange(len(utility))
        first = np.argmax(noisy, axis=1)
        clicks = np.zeros(utility.shape, dtype=bool)
        clicks[rows, first] = noisy[rows, first] > nothing
        return clicks

    def probability(self, utility: Floats) -> Floats:
        """Return odds over one plus the sum of odds."""
        odds = _odds(utility)
        bottom = np.ones(len(utility))
        for k in range(utility.shape[1]):
            bottom = bottom + odds[:, k]
        return np.asarray(odds / bottom[:, None])

    def expected(self, utility: Floats, value: Floats | None) -> Floats:
        """Return value-weighted odds over one plus the sum of odds."""
        odds = _odds(utility)
        top, bottom = np.zeros(len(utility)), np.ones(len(utility))
        for k in range(utility.shape[1]):
            top = top + (odds[:, k] if value is None else odds[:, k] * value[:, k])
            bottom = bottom + odds[:, k]
        return top / bottom

    def best(self, utility: Floats, value: Floats | None, size: int) -> Indices:
        """Return the highest utilities, or the exact optimum.

        The latter is needed where clicks differ in value. Dinkelbach: for the reward r of a slate, the slate with the
        largest sum of ``odds * (value - r)`` is better, or r is the optimum. Items that are certain to be clicked have
        odds so large that rounding ``value - r`` decides: slates with and without them are sought by themselves.
        """
        if value is None:
            return best(utility, size)
        slate = self._dinkelbach(utility, value, size, np.zeros(utility.shape, dtype=bool))
        certain = utility > _SURE
        if not certain.any():
            return slate
        without = self._dinkelbach(utility, value, size, certain)
        return self._better(utility, value, self._better(utility, value, slate, without), _around(certain, value, size))

    def _better(self, utility: Floats, value: Floats, slate: Indices, other: Indices) -> Indices:
        """Return each row's better slate, the first where equal."""
        rows = np.arange(len(utility))[:, None]
        first, second = (self.expected(utility[rows, own], value[rows, own]) for own in (slate, other))
        return np.where((second > first * (1.0 + _ROUNDING))[:, None], other, slate)

    def _dinkelbach(self, utility: Floats, value: Floats, size: int, out: Bools) -> Indices:
        """Return best slates of items that are not out."""
        odds, last = _odds(utility), np.where(out, -np.inf, 0.0)
        slate = best(odds * value + last, size)
        rows = np.arange(len(utility))[:, None]
        reward = self.expected(utility[rows, slate], value[rows, slate])
        for _ in range(_MAX_ROUNDS):
            other = best(odds * (value - reward[:, None]) + last, size)
            gained = self.expected(utility[rows, other], value[rows, other])
            better = gained > reward
            if not better.any():
                break
            slate = np.where(better[:, None], other, slate)
            reward = np.where(better, gained, reward)
        return slate
