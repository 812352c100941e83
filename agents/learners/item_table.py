"""Rows of numbers by item id."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_LEAST = 16  # items to begin with


class ItemTable:
    """A row of numbers for each item, zeros at first.

    Memory grows with the catalogue, not with the horizon: ids ascend with birth, and rows of old ones are dropped.

    Args:
        width: numbers of each item.
    """

    def __init__(self, width: int) -> None:
        self._first = 0  # the item of row 0
        self._rows = np.zeros((_LEAST, width))

    def row(self, item: int) -> Floats | None:
        """Return the row of an item, to change.

        None if it was dropped.
        """
        place = item - self._first
        if place < 0:
            return None
        if place >= len(self._rows):
            room = np.zeros((place + 1 + place // 4 - len(self._rows), self._rows.shape[1]))
            self._rows = np.concatenate([self._rows, room])
        row: Floats = self._rows[place]
        return row

    def at(self, items: Ints) -> Floats:
        """Return a copy of the rows of items, ``(n, width)``.

        The items may be in any order; zeros where there is no row.
        """
        places = items - self._first
        known = (places >= 0) & (places < len(self._rows))
        return np.where(known[:, None], self._rows.take(np.where(known, places, 0), axis=0), 0.0)

    def forget(self, oldest: int) -> Floats:
        """Drop the items below an id, if half of all.

        Returns:
            The rows that were dropped, ``(r, width)``.
        """
        gone = oldest - self._first
        if 2 * gone < max(len(self._rows), 2 * _LEAST):
            return self._rows[:0]
        dropped = self._rows[:gone]
        rest = np.zeros((max(0, _LEAST - max(0, len(self._rows) - gone)), self._rows.shape[1]))
        self._rows, self._first = np.concatenate([self._rows[gone:], rest]), oldest
        return dropped

    def zero(self, column: int) -> None:
        """Set a number of each item to zero."""
        self._rows[:, column] = 0.0

    def all(self) -> Floats:
        """Return all rows, ``(r, width)``; the caller must not change them."""
        return self._rows

    def copy(self) -> ItemTable:
        """Return a copy."""
        other = ItemTable(0)
        other._first, other._rows = self._first, self._rows.copy()
        return other
