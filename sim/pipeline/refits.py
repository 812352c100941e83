"""The rows that refits read, and those no longer needed.

They are found a part at a time, in little memory.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.pipeline.arrivals import Orders, in_queue
from sim.pipeline.columns import Columns
from sim.ports import Impressions
from sim.reading import Read, Rows, Stream, long_order

Floats = NDArray[np.float64]


class _Deliveries:
    """What was delivered by a cutoff within a window.

    Attributes:
        early: how many of them were delivered before the window; what lies between these changes as the window moves.
        stream: where they stand in the order of delivery, those that are early left out.
    """

    def __init__(self, stored: Columns, orders: Orders, since: float, now: float, lasts: bool) -> None:
        self._final = _settled if lasts else _open
        self._stored, self._orders, self._drops = stored, orders, orders.drops
        self._since, self._now = since, now
        self.early = 0
        self.stream: Stream | None = None

    def count(self) -> int:
        many = self._orders.tuning.rows_at_once
        parts = (slice(start, start + many) for start in range(0, len(self._stored["delivered_at"]), many))
        return sum(int(np.count_nonzero(self._known(part) < np.inf)) for part in parts)

    def _known(self, rows: Rows) -> Floats:
        at = self._stored["delivered_at"][rows]
        return np.where((at <= self._now) & (self._stored["closes_at"][rows] > self._since), at, np.inf)

    def lasts(self) -> bool:
        """Say whether the log has not moved on since."""
        return self._orders.has(self._now, self._drops)

    def in_order(self) -> NDArray[np.integer[Any]]:
        """Return the rows in order of delivery."""
        if not self.lasts():
            count, at_once = len(self._stored["delivered_at"]), self._orders.tuning.ordered_at_once
            return in_queue(long_order(self._known, count, at_once), self._stored)
        rows, cut, place = self._orders.delivered(self._stored, self._since, self._now)
        early = rows[:cut]
        early = early[self._stored["closes_at"][early] > self._since]
        self.early, self.stream = len(early), Stream("delivered", place + cut - len(early), self._final)
        return np.concatenate([early, rows[cut:]]) if len(early) else rows[cut:]

    def closed(self) -> tuple[NDArray[np.integer[Any]], Stream]:
        """Return the rows closed by then, in order of closing."""
        rows, place = self._orders.closed(self._stored, self._since, self._now)
        return rows, Stream("closed", place, self._final)


class Matured(Impressions):
    """The matured impressions of a refit, in order of delivery.

    Those known ``now`` that close after ``since``. They are put in order when their columns are first read.

    Args:
        stored: the log's columns ``delivered_at`` and ``closes_at``, and ``due_at`` where it has that.
        read: reads a column of the log.
        orders: the log's orders, up to the last refit.
        since: start of the window, seconds.
        now: the cutoff.
        lasts: whether labels never change once they are known.
    """

    def __init__(
        self,
        stored: Columns,
        read: Read,
        orders: Orders,
        since: float,
        now: float,
        lasts: bool = True,
    ) -> None:
        self._own, self._now = _Deliveries(stored, orders, since, now, lasts), now
        super().__init__(self._own.count(), read, self._own.in_order)

    def part(self, start: int, stop: int) -> Impressions:
        """Return the impressions of a range of rows."""
        part, own = super().part(start, stop), self._own  # which puts them in order
        if own.stream is not None and start >= own.early:
            part.stream = own.stream.moved(start)
        return part

    def until(self, name: str, last: float) -> Impressions:
        """Return the impressions whose column is at most ``last``."""
        if name != "closes_at" or last != self._now or not self._own.lasts():
            return super().until(name, last)
        rows, stream = self._own.closed()
        return Impressions(len(rows), self._read, rows, stream)


def _settled(first: int, end: int) -> bool:
    return True


def _open(first: int, end: int) -> bool:
    return False


def first_open(delivered_at: Floats, closes_at: Floats, since: float, until: float, horizon: float, rows: int) -> int:
    """Return the first row that is still open.

    It will be delivered after ``until`` or closes after ``since``; the end if there is none.

    What is delivered after the horizon is not waited for; so many rows are looked at together.
    """
    for start in range(0, len(delivered_at), rows):
        at = delivered_at[start : start + rows]
        still = (at > until) | (closes_at[start : start + rows] > since)
        if (still := still & (at <= horizon)).any():
            return start + int(np.argmax(still))
    return len(delivered_at)


def final(stored: Columns, number: int, now: float, horizon: float) -> Callable[[int, int], bool]:
    """Return whether labels as known ``now`` never change again.

    The function does, for impressions from one number up to another: no positive of theirs is still to come, nor is
    one to be taken back.

    Args:
        stored: the log's columns.
        number: of the impression in the first row.
        now: the cutoff, seconds.
        horizon: seconds.
    """

    @cache
    def settled(first: int, end: int) -> bool:
        rows = slice(first - number, end - number)
        at = stored["delivered_at"][rows]
        if ((at > now) & (at <= horizon) & (stored["label"][rows] > 0)).any():
            return False
        back = stored["reversed_at"][rows] if "reversed_at" in stored else np.empty(0)
        return not ((back > now) & (back <= horizon)).any()

    return settled
