"""Pulls and successes of the impressions of the last while."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from agents.learners.counts import Counts
from sim.ports import Examples, Experience, rising

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_PART = 1 << 20  # examples that are read together, at most
ONE_BY_ONE = 64  # examples of a training, at most, to be put in order singly
WAITING = 1024  # single examples, at least, before they join the array

_NO = np.empty(0)
Row = tuple[float, int, float, float]  # when requested, item, weight, weight times label


class WindowCounts:
    """Counts of impressions requested within a window.

    The window ends at the cutoff.

    An example and what takes it back have one instant of request, so they leave together. The examples of the window
    are kept.

    Args:
        window: seconds.
    """

    def __init__(self, window: float) -> None:
        self._window = window
        self._rows: tuple[Floats, Ints, Floats, Floats] = (_NO, _NO.astype(np.int64), _NO, _NO)  # by instant
        self._first = 0  # of the rows that are not yet too old
        self._single: list[Row] = []  # a heap
        self._counts = Counts()
        self._oldest_item = 0

    def add(self, experience: Experience) -> None:
        """Add weighted examples; drop those that are too old."""
        oldest = experience.cutoff - self._window
        self._oldest_item = experience.oldest_item
        self._counts.forget(self._oldest_item)
        for part in experience.examples.parts(_PART):
            self._add(part, oldest)
        self._expire(oldest)

    def at(self, items: Ints) -> tuple[Floats, Floats]:
        """Return pulls and wins of items in any order."""
        return self._counts.at(items)

    def afresh(self) -> WindowCounts:
        """Return empty counts."""
        return WindowCounts(self._window)

    def copy(self) -> Counts:
        """Return the counts of the window."""
        return self._counts.copy()

    def _add(self, examples: Examples, oldest: float) -> None:
        at, weight = examples.impressions.request_at, examples.weight
        inside = at > oldest
        item, gain = examples.impressions.item[inside], (weight * examples.label)[inside]
        at, weight = at[inside], weight[inside]
        if len(at) > ONE_BY_ONE:
            self._merge(at, item, weight, gain)
            return
        self._counts.add_sums(item, weight, gain)
        for row in zip(at.tolist(), item.tolist(), weight.tolist(), gain.tolist(), strict=True):
            heappush(self._single, row)
        if len(self._single) > WAITING + len(self._rows[0]) // 8:
            self._merge(at[:0], item[:0], weight[:0], gain[:0])

    def _merge(self, *columns: Floats | Ints) -> None:
        """Put all rows in order and count anew."""
        single = zip(*self._single, strict=True) if self._single else ((),) * len(columns)
        kept = (column[self._first :] for column in self._rows)
        joined = [np.concatenate(parts) for parts in zip(kept, columns, map(np.array, single), strict=True)]
        order = rising(joined[0])
        at, item, weight, gain = (column[order] for column in joined)
        self._rows, self._first, self._single = (at, item.astype(np.int64), weight, gain), 0, []
        self._counts = Counts()
        self._counts.forget(self._oldest_item)
        self._counts.add_sums(item.astype(np.int64), weight, gain)

    def _expire(self, oldest: float) -> None:
        """Take out what was requested up to an instant."""
        at, items, weights, gains = self._rows
        stop = int(at.searchsorted(oldest, side="right"))
        if stop > self._first:
            gone = slice(self._first, stop)
            self._counts.add_sums(items[gone], -weights[gone], -gains[gone])
            self._first = stop
        while self._single and self._single[0][0] <= oldest:
            _, item, weight, gain = heappop(self._single)
            self._counts.add_sums(np.array([item]), np.array([-weight]), np.array([-gain]))
