"""The pending log entries in the order of their maturing."""

from __future__ import annotations

from heapq import heappop, heappush, nsmallest

import numpy as np
from numpy.typing import NDArray

from sim.ports import rising
from sim.tuning import TUNING, Tuning

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_NONE = np.empty(0, dtype=np.int64)


class Pending:
    """Entries (time, number), taken out by (time, number).

    What comes in bulk is kept apart, unsorted, until somebody asks and much of it is left, which is then merged
    into a sorted part; what comes one by one goes into a heap. Numbers count up with request time, so that equal
    times come out in request order.

    Args:
        tuning: sizes.
    """

    def __init__(self, tuning: Tuning = TUNING) -> None:
        self._few = tuning.pending_unsorted
        self._at, self._number = np.empty(0), np.empty(0, dtype=np.int64)
        self._fresh: list[tuple[Floats, Ints]] = []
        self._fresh_count, self._fresh_first = 0, np.inf
        self._heap: list[tuple[float, int]] = []
        self._bulk = False  # whether there is anything but the heap

    def __len__(self) -> int:
        return len(self._at) + self._fresh_count + len(self._heap)

    def push(self, at: float, number: int) -> None:
        """Add one entry, due at a finite instant."""
        heappush(self._heap, (at, number))

    def add(self, at: Floats, number: Ints) -> None:
        """Add entries in order of number.

        Their times are in any order, and all finite.
        """
        if not len(at):
            return
        self._fresh.append((at, number))
        self._fresh_count += len(at)
        self._fresh_first = min(self._fresh_first, float(at.min()))
        self._bulk = True

    def first(self) -> float:
        """Return the earliest time, infinite when empty."""
        first = self._heap[0][0] if self._heap else np.inf
        if self._bulk:
            first = min(first, self._first_of_bulk())
        return first

    def _first_of_bulk(self) -> float:
        return min(self._fresh_first, self._at.item(0) if len(self._at) else np.inf)

    def head(self, count: int) -> Floats:
        """Return the ``count`` earliest times, or all there are, sorted."""
        if count == 1:
            return np.array([self.first()]) if len(self) else np.empty(0)
        self._merge_much()
        few = np.array([at for at, _ in nsmallest(count, self._heap)])
        return np.sort(np.concatenate([self._at[:count], *(at for at, _ in self._fresh), few]))[:count]

    def only(self, until: float) -> int | None:
        """Remove the only entry up to and including ``until``.

        Returns None, and removes nothing, unless it is the only one.
        """
        heap = self._heap
        if not heap or heap[0][0] > until or (self._bulk and self._first_of_bulk() <= until):
            return None
        entry = heappop(heap)
        if heap and heap[0][0] <= until:
            heappush(heap, entry)
            return None
        return entry[1]

    def take(self, until: float) -> Ints:
        """Remove the entries up to ``until``; return their ordered numbers.

        Including those at ``until``.
        """
        if not self._bulk:
            if not self._heap or self._heap[0][0] > until:
                return _NONE
            return np.array([number for _, number in self._heap_until(until)])
        if self.first() > until:
            return _NONE
        bulk = [self._sorted_until(until), self._fresh_until(until)]
        self._bulk = self._fresh_count + len(self._at) > 0
        self._merge_much()
        if not self._heap:
            due = [numbers for _, numbers in bulk if len(numbers)]
            if len(due) == 1:
                return due[0]
        few = self._heap_until(until)
        at = np.concatenate([*(at for at, _ in bulk), np.array([at for at, _ in few])])
        number = np.concatenate([*(n for _, n in bulk), np.array([n for _, n in few], dtype=np.int64)])
        return np.asarray(number[np.lexsort((number, at))])

    def _sorted_until(self, until: float) -> tuple[Floats, Ints]:
        split = int(np.searchsorted(self._at, until, side="right")) if len(self._at) else 0
        due = self._at[:split], self._number[:split]
        if split:
            self._at, self._number = self._at[split:], self._number[split:]
        return due

    def _fresh_until(self, until: float) -> tuple[Floats, Ints]:
        if self._fresh_first > until:
            return np.empty(0), np.empty(0, dtype=np.int64)
        at, number = self._joined_fresh()
        due = at <= until
        self._fresh, self._fresh_count, self._fresh_first = [], 0, np.inf
        if len(rest := at[~due]):
            self._fresh, self._fresh_count = [(rest, number[~due])], len(rest)
            self._fresh_first = float(rest.min())
        at, number = at[due], number[due]
        order = rising(at)
        return at[order], number[order]

    def _heap_until(self, until: float) -> list[tuple[float, int]]:
        due = []
        while self._heap and self._heap[0][0] <= until:
            due.append(heappop(self._heap))
        return due

    def _joined_fresh(self) -> tuple[Floats, Ints]:
        if len(self._fresh) == 1:
            return self._fresh[0]
        return np.concatenate([at for at, _ in self._fresh]), np.concatenate([number for _, number in self._fresh])

    def _merge_much(self) -> None:
        """Merge the fresh part into the sorted one if large.

        Sorts the former, then shifts the latter apart.
        """
        if self._fresh_count <= max(self._few, len(self._at) // 4):
            return
        at, number = self._joined_fresh()
        order = rising(at)
        at, number = at[order], number[order]
        place = np.searchsorted(self._at, at, side="right") + np.arange(len(at))
        old = np.ones(len(self._at) + len(at), dtype=bool)
        old[place] = False
        for name, fresh, stored in (("_at", at, self._at), ("_number", number, self._number)):
            merged = np.empty(len(old), dtype=stored.dtype)
            merged[place], merged[old] = fresh, stored
            setattr(self, name, merged)
        self._fresh, self._fresh_count, self._fresh_first = [], 0, np.inf
