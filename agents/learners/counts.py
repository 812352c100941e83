"""Weighted counts of pulls and successes, by item id."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.learners.kept import Kept
from sim.ports import Examples, Experience

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROWS = 1 << 16  # examples that are read together, at most
_LEAST = 16  # items to begin with
_NONE = 1e-9  # weights that fade, or are taken back in floating point, do not end at exactly 0


class Counts:
    """Pulls and successes of items that may still be shown.

    Memory grows with the catalogue, not with the horizon.

    Attributes:
        total: sum of all weights, of retired items too.
        changes: number of additions and removals.
    """

    def __init__(self) -> None:
        self._first = 0  # the item of row 0; ids ascend with birth
        self._pulls, self._wins = np.zeros(_LEAST), np.zeros(_LEAST)
        self.total = 0.0
        self.changes = 0
        self._kept = Kept()

    def add(self, experience: Experience) -> None:
        """Add weighted examples, in order.

        Examples of retired items change the total only.
        """
        self.forget(experience.oldest_item)
        for piece in self._kept.pieces(experience.examples, ROWS, sums_of):
            if isinstance(piece, Examples):
                self._add(piece)
            else:
                self._add_sums(*piece)

    def _add_sums(self, first: Floats, pulls: Floats, wins: Floats) -> None:
        """Add pulls and wins of the items from one on."""
        self.changes += 1
        self.total += float(pulls.sum())
        at = int(first.item()) - self._first
        retired = min(max(-at, 0), len(pulls))
        self._room(at + len(pulls) - 1)
        alive = slice(at + retired, at + len(pulls))
        self._pulls[alive] += pulls[retired:]
        self._wins[alive] += wins[retired:]

    def _add(self, examples: Examples) -> None:
        item, weight = examples.impressions.item, examples.weight
        if len(item) == 1:  # the usual case of online learning
            self.add_one(item.item(), weight.item(), examples.label.item())
            return
        self.add_sums(item, weight, weight * examples.label)

    def add_sums(self, item: Ints, weight: Floats, gain: Floats) -> None:
        """Add pulls and wins ``(r,)`` of items."""
        if not len(item):
            return
        self.changes += 1
        self.total += float(weight.sum())
        row = item - self._first
        if self._first and row.min() < 0:
            alive = row >= 0
            row, weight, gain = row[alive], weight[alive], gain[alive]
        self._room(int(row.max(initial=0)))
        np.add.at(self._pulls, row, weight)
        np.add.at(self._wins, row, gain)

    def add_one(self, item: int, weight: float, label: float) -> tuple[float, float]:
        """Add one weighted example; return its item's pulls and wins.

        Both are 0 for a retired item.
        """
        self.changes += 1
        self.total += weight
        row = item - self._first
        if row < 0:
            return 0.0, 0.0
        self._room(row)
        self._pulls[row] = pulls = self._pulls.item(row) + weight
        self._wins[row] = wins = self._wins.item(row) + weight * label
        return pulls, wins

    def _room(self, most: int) -> None:
        if most >= len(self._pulls):
            room = np.zeros(most + 1 + most // 4 - len(self._pulls))
            self._pulls, self._wins = np.concatenate([self._pulls, room]), np.concatenate([self._wins, room])

    def forget(self, oldest: int) -> None:
        """Drop the items below an id, if half of all."""
        gone = oldest - self._first
        if 2 * gone >= max(len(self._pulls), 2 * _LEAST):
            self.changes += 1
            rest = np.zeros(max(0, _LEAST - max(0, len(self._pulls) - gone)))
            self._pulls = np.concatenate([self._pulls[gone:], rest])
            self._wins = np.concatenate([self._wins[gone:], rest])
            self._first = oldest

    def shift(self, exponent: int) -> None:
        """Multiply all by ``2**exponent``, which rounds nothing."""
        self.changes += 1
        self.total = float(np.ldexp(self.total, exponent))
        self._pulls, self._wins = np.ldexp(self._pulls, exponent), np.ldexp(self._wins, exponent)

    def afresh(self) -> Counts:
        """Return empty counts that share what is kept."""
        other = Counts()
        other._kept = self._kept
        return other

    def copy(self) -> Counts:
        """Return a copy."""
        other = object.__new__(Counts)  # which adds nothing
        other._first, other.total, other.changes = self._first, self.total, self.changes
        other._pulls, other._wins = self._pulls.copy(), self._wins.copy()
        return other

    def means(self, items: Ints) -> Floats:
        """Return the mean outcome of items, ``(n,)``, NaN where unknown.

        The items may be in any order.
        """
        if len(items) == 1:  # the usual case of online learning
            row = items.item() - self._first
            pulled = self._pulls.item(row) if 0 <= row < len(self._pulls) else 0.0
            return np.array([self._wins.item(row) / pulled if pulled > 0 else np.nan])
        pulls, wins = self.at(items)
        return np.asarray(np.divide(wins, pulls, out=np.full(len(items), np.nan), where=pulls > 0))

    def at(self, items: Ints) -> tuple[Floats, Floats]:
        """Return pulls and wins of items, ``(n,)`` each.

        The items may be in any order; both are 0 where none are kept.
        """
        rows = items - self._first
        known = (rows >= 0) & (rows < len(self._pulls))
        rows[~known] = 0
        return np.where(known, self._pulls.take(rows), 0.0), np.where(known, self._wins.take(rows), 0.0)

    def of(self, ids: Ints) -> tuple[Floats, Floats]:
        """Return pulls and wins of the items alive, ``(m,)`` each.

        Both are 0 for items never shown.
        """
        first, end = ids.item(0) - self._first, ids.item(-1) - self._first + 1  # ids ascend
        if first >= 0 and end - first == len(ids) and end <= len(self._pulls):
            return self._pulls[first:end], self._wins[first:end]
        rows = ids - self._first if self._first else ids
        if first >= 0 and end <= len(self._pulls):
            return self._pulls[rows], self._wins[rows]
        return self.at(ids)


def means(pulls: Floats, wins: Floats) -> Floats:
    """Return mean outcomes, NaN where there are no pulls."""
    tried = pulls > _NONE
    return np.where(tried, wins / np.where(tried, pulls, 1.0), np.nan)


def sums_of(examples: Examples) -> tuple[Floats, Floats, Floats]:
    """Return the lowest item, and pulls and wins of all."""
    item, weight = examples.impressions.item, examples.weight
    first = item.min()
    row = item - first
    pulls, wins = (np.bincount(row, own).astype(np.float64) for own in (weight, weight * examples.label))
    return np.array([first], dtype=np.float64), pulls, wins
