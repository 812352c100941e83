"""Pulls and successes of the impressions of the last while."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from agents.learners.counts import Counts
from sim.ports import Examples, Experience, rising

Floats = NDArray[np.float64]
_PART = 1 << 20  # examples that are read together, at most
_ONE_BY_ONE = 64  # examples of a training, at most, to be put in order singly
_WAITING = 1024  # single examples, at least, before they join the array

Row = tuple[float, int, float, float]  # when requested, item, weight, weight times label


class WindowCounts:
    """Counts of the impressions requested within a window before the cutoff.

    An example and what takes it back have one instant of request, so they leave together. The examples of the window
    are kept.

    Args:
        window: seconds.
    """

    def __init__(self, window: float) -> None:
        self._window = window
        self._rows = (np.empty(0), np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))  # by instant
        self._first = 0  # of the rows that are not yet too old
        self._single: list[Row] = []  # a heap
        self._counts = Counts()

    def add(self, experience: Experience) -> None:
        """Add weighted examples; drop those that are too old."""
        oldest = experience.cutoff - self._window
        self._counts.forget(experience.oldest_item)
        for part in experience.examples.parts(_PART):
            self._add(part, oldest)
        self._expire(oldest)

    def copy(self) -> Counts:
        """Return the counts of the window."""
        return self._counts.copy()

    def _add(self, examples: Examples, oldest: float) -> None:
        at, item, weight = examples.impressions.request_at, examples.impressions.item, examples.weight
        columns = (at, item, weight, weight * examples.label)
        inside = at > oldest
        if not inside.all():
            columns = tuple(column[inside] for column in columns)  # type: ignore[assignment]
        if len(columns[0]) > _ONE_BY_ONE:
            self._merge(columns)
            return
        for row in zip(*(column.tolist() for column in columns), strict=True):
            heappush(self._single, row)
        self._counts.add_sums(*columns[1:])
        if len(self._single) > _WAITING + len(self._rows[0]) // 8:
            self._merge(columns[:0] and columns)

    def _expire(self, oldest: float) -> None:
        at, *columns = self._rows
        stop = int(at.searchsorted(oldest, side="right"))
        if stop > self._first:
            item, weight, gain = (column[self._first : stop] for column in columns)
            self._counts.add_sums(item, -weight, -gain)
            self._first = stop
        while self._single and self._single[0][0] <= oldest:
            _, one, weight, gain = heappop(self._single)
            self._counts.add_sums(np.array([one]), np.array([-weight]), np.array([-gain]))
