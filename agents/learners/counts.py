"""Weighted counts per item, by item id."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.ports import Examples

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Counts:
    """Pulls and successes of every item ever shown."""

    def __init__(self) -> None:
        self.pulls, self.wins = np.zeros(16), np.zeros(16)

    def add(self, examples: Examples) -> None:
        """Add weighted examples, in order."""
        item = examples.impressions.item
        if not len(item):
            return
        if (most := int(item.max())) >= len(self.pulls):
            room = np.zeros(2 * most + 1 - len(self.pulls))
            self.pulls, self.wins = np.concatenate([self.pulls, room]), np.concatenate([self.wins, room])
        np.add.at(self.pulls, item, examples.weight)
        np.add.at(self.wins, item, examples.weight * examples.label)

    def copy(self) -> Counts:
        """Return a copy."""
        other = Counts()
        other.pulls, other.wins = self.pulls.copy(), self.wins.copy()
        return other

    def of(self, ids: Ints) -> tuple[Floats, Floats]:
        """Return pulls and wins of items, ``(m,)`` each, 0 for items never shown."""
        known = ids < len(self.pulls)
        at = np.where(known, ids, 0)
        return np.where(known, self.pulls[at], 0.0), np.where(known, self.wins[at], 0.0)

    def means(self, ids: Ints) -> Floats:
        """Return wins per pull of items, NaN for items never shown."""
        pulls, wins = self.of(ids)
        return np.asarray(np.divide(wins, pulls, out=np.full(len(ids), np.nan), where=pulls > 0))
