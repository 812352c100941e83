"""Weighted counts per item, by item id."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.ports import Examples

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Counts:
    """Pulls and successes of every item ever shown.

    Attributes:
        pulls: ``(ids,)`` sum of weights, by item id.
        wins: ``(ids,)`` sum of weight times label.
        total: sum of all weights.
    """

    def __init__(self) -> None:
        self.pulls, self.wins = np.zeros(16), np.zeros(16)
        self.total = 0.0

    def add(self, examples: Examples) -> None:
        """Add weighted examples, in order."""
        item, weight = examples.impressions.item, examples.weight
        if not len(item):
            return
        if (most := int(item.max())) >= len(self.pulls):
            room = np.zeros(most + 1 + most // 4 - len(self.pulls))
            self.pulls, self.wins = np.concatenate([self.pulls, room]), np.concatenate([self.wins, room])
        np.add.at(self.pulls, item, weight)
        np.add.at(self.wins, item, weight * examples.label)
        self.total += float(weight.sum())

    def copy(self) -> Counts:
        """Return a copy."""
        other = Counts()
        other.pulls, other.wins, other.total = self.pulls.copy(), self.wins.copy(), self.total
        return other

    def of(self, ids: Ints) -> tuple[Floats, Floats]:
        """Return pulls and wins of items, ``(m,)`` each, 0 for items never shown."""
        if ids[-1] < len(self.pulls):  # ids ascend
            return self.pulls[ids], self.wins[ids]
        known = ids < len(self.pulls)
        at = np.where(known, ids, 0)
        return np.where(known, self.pulls[at], 0.0), np.where(known, self.wins[at], 0.0)
