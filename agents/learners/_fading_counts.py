"""Pulls and successes of items that fade with time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.learners.counts import Counts
from sim.ports import Experience

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_PART = 1 << 20  # examples that are read together, at most
_MOST = 512.0  # half-lives from the origin to the cutoff: sums of weights up to 2**512 stay finite


class FadingCounts:
    """Counts in which an example weighs ``2**(-age / half_life)``.

    The age is that from its request to the cutoff, whenever it was delivered. Sums are stored with the weights they
    have at an origin, as in `agents.learners.fading`, so one training costs no more than its examples.

    Args:
        half_life: seconds, above 0.
    """

    def __init__(self, half_life: float) -> None:
        self._half_life = half_life
        self._origin = self._cutoff = 0.0
        self._counts = Counts()

    def add(self, experience: Experience) -> None:
        """Add weighted examples, in order."""
        self._move_to(experience.cutoff)
        self._counts.forget(experience.oldest_item)
        for part in experience.examples.parts(_PART):
            age = (part.impressions.request_at - self._origin) / self._half_life
            weight = part.weight * np.exp2(age)
            self._counts.add_sums(part.impressions.item, weight, weight * part.label)

    def _move_to(self, cutoff: float) -> None:
        self._cutoff = cutoff
        steps = np.floor((cutoff - self._origin) / self._half_life)
        if steps > _MOST:
            self._counts.shift(-int(min(steps, 4.0 * _MOST)))  # beyond that all weights are 0
            self._origin += steps * self._half_life

    def afresh(self) -> FadingCounts:
        """Return empty counts."""
        return FadingCounts(self._half_life)

    def copy(self) -> FadingCounts:
        """Return a copy."""
        other = object.__new__(FadingCounts)
        vars(other).update(vars(self))
        other._counts = self._counts.copy()
        return other

    @property
    def total(self) -> float:
        """The sum of all weights at the cutoff."""
        return self._now * self._counts.total

    @property
    def _now(self) -> float:
        """What a weight at the origin is at the cutoff."""
        return float(2.0 ** ((self._origin - self._cutoff) / self._half_life))

    def of(self, ids: Ints) -> tuple[Floats, Floats]:
        """Return pulls and wins of the items alive, ``(m,)`` each."""
        pulls, wins = self._counts.of(ids)
        return self._now * pulls, self._now * wins

    def at(self, items: Ints) -> tuple[Floats, Floats]:
        """Return pulls and wins of items in any order."""
        pulls, wins = self._counts.at(items)
        return self._now * pulls, self._now * wins
