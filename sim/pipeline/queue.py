"""Pending log entries in the order in which they will mature."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_SMALL = 512


class Pending:
    """Entries (time, number), taken out by (time, number).

    New entries are kept apart, unsorted, until there are many; then both parts are merged. Numbers
    count up with request time, so that equal times come out in request order.
    """

    def __init__(self) -> None:
        self._at, self._number = np.empty(0), np.empty(0, dtype=np.int64)
        self._fresh_at, self._fresh_number = np.empty(_SMALL), np.empty(_SMALL, dtype=np.int64)
        self._fresh = 0
        self._fresh_first = np.inf

    def __len__(self) -> int:
        return len(self._at) + self._fresh

    def add(self, at: Floats, number: Ints) -> None:
        """Add entries, in any order of time; infinite times are left out."""
        if not len(at):
            return
        if self._fresh and self._fresh + len(at) > max(_SMALL, len(self._at) // 4):
            self._merge()
        need = self._fresh + len(at)
        if need > len(self._fresh_at):
            self._fresh_at = np.concatenate([self._fresh_at[: self._fresh], np.empty(2 * need)])
            self._fresh_number = np.concatenate([self._fresh_number[: self._fresh], np.empty(2 * need, np.int64)])
        self._fresh_at[self._fresh : need], self._fresh_number[self._fresh : need] = at, number
        self._fresh = need
        self._fresh_first = min(self._fresh_first, float(at.min()))

    def first(self) -> float:
        """Return the earliest time, infinite when empty."""
        old = float(self._at[0]) if len(self._at) else np.inf
        return min(old, self._fresh_first)

    def head(self, count: int) -> Floats:
        """Return the ``count`` earliest times, or all there are, sorted."""
        if count == 1:
            return np.array([self.first()]) if len(self) else np.empty(0)
        return np.sort(np.concatenate([self._at[:count], self._fresh_at[: self._fresh]]))[:count]

    def take(self, until: float) -> Ints:
        """Take out the entries up to and including ``until``; return their numbers in order."""
        if self.first() > until:
            return np.empty(0, dtype=np.int64)
        split = int(np.searchsorted(self._at, until, side="right"))
        at, number = self._at[:split], self._number[:split]
        self._at, self._number = self._at[split:], self._number[split:]
        if self._fresh_first <= until:
            fresh_at, fresh_number = self._fresh_at[: self._fresh], self._fresh_number[: self._fresh]
            due = fresh_at <= until
            at, number = np.concatenate([at, fresh_at[due]]), np.concatenate([number, fresh_number[due]])
            self._keep_fresh(fresh_at[~due], fresh_number[~due])
            number = number[np.lexsort((number, at))]
        return number

    def _keep_fresh(self, at: Floats, number: Ints) -> None:
        self._fresh = len(at)
        self._fresh_at[: len(at)], self._fresh_number[: len(at)] = at, number
        self._fresh_first = float(at.min()) if len(at) else np.inf

    def _merge(self) -> None:
        at = np.concatenate([self._at, self._fresh_at[: self._fresh]])
        number = np.concatenate([self._number, self._fresh_number[: self._fresh]])
        order = np.lexsort((number, at))
        self._at, self._number = at[order], number[order]
        self._fresh, self._fresh_first = 0, np.inf
