"""The order of rows, extended from refit to refit.

A refit of a long window would else sort the same millions of rows again at each training.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.pipeline.columns import Columns
from sim.reading import Rows, long_order
from sim.tuning import TUNING, Tuning

Floats = NDArray[np.float64]
Places = NDArray[np.uint32]


class Arrivals:
    """Rows in rising order of an instant.

    Ties keep the order of candidates.

    Args:
        horizon: seconds; what comes later comes never.
        tuning: sizes.

    Attributes:
        removed: rows taken out so far; the place of a row in the whole sequence is that many more than its index.
        until: instant up to which the order is made, seconds.
    """

    def __init__(self, horizon: float, tuning: Tuning) -> None:
        self._horizon, self._tuning, self.until = horizon, tuning, -np.inf
        self._rows, self._count, self.removed = np.empty(0, dtype=np.uint32), 0, 0
        self._from = self._seen = 0  # candidates before the former are all in; those from the latter on are new

    @property
    def rows(self) -> Places:
        """All rows so far, as an array that never changes."""
        return self._rows[: self._count]

    def after(self, at: Callable[[Rows], Floats], instant: float) -> int:
        """Return the index of the first row after an instant."""
        rows = self.rows
        return bisect_right(range(len(rows)), instant, key=lambda index: at(rows[index : index + 1]).item())

    def extend(self, at: Callable[[Rows], Floats], count: int, until: float) -> NDArray[np.integer[Any]]:
        """Return the newly arrived candidates, in order.

        Args:
            at: returns the instants of some candidates.
            count: of all candidates, which were in the same places at the last call.
            until: seconds.
        """
        start = self._from

        def new(rows: Rows) -> Floats:
            places = slice(rows.start + start, rows.stop + start) if isinstance(rows, slice) else rows + start
            own = at(places)
            old = own <= self.until
            if isinstance(places, slice):
                old[max(self._seen - places.start, 0) :] = False
            else:
                old &= places < self._seen
            return np.where((own <= until) & ~old, own, np.inf)

        found = long_order(new, count - start, self._tuning.ordered_at_once) + start
        self._skip(at, count, until)
        self._seen, self.until = count, until
        return found

    def _skip(self, at: Callable[[Rows], Floats], count: int, until: float) -> None:
        """Move on to the first candidate yet to come."""
        many = self._tuning.rows_at_once
        for start in range(self._from, count, many):
            own = at(slice(start, min(start + many, count)))
            if (waits := (own > until) & (own <= self._horizon)).any():
                self._from = start + int(np.argmax(waits))
                return
        self._from = count

    def append(self, rows: NDArray[np.integer[Any]]) -> None:
        """Append rows that come after all others."""
        count = self._count + len(rows)
        if count > len(self._rows):
            larger = np.empty(2 * count, dtype=np.uint32)  # what is not written to is no memory yet
            larger[: self._count] = self.rows
            self._rows = larger
        self._rows[self._count : count] = rows
        self._count = count

    def drop(self, gone: int) -> NDArray[np.bool_]:
        """Take out the log's first rows; return which are kept."""
        kept = self.rows >= gone
        self._rows = self.rows[kept]
        self._rows -= np.uint32(gone)
        self.removed += self._count - len(self._rows)
        self._count = len(self._rows)
        return kept

    def drop_candidates(self, kept: NDArray[np.bool_] | int) -> None:
        """Take out the first candidates, or all not kept."""
        if isinstance(kept, int):
            self._from, self._seen = max(self._from - kept, 0), max(self._seen - kept, 0)
        else:
            self._from, self._seen = (int(np.count_nonzero(kept[:place])) for place in (self._from, self._seen))


class Orders:
    """The log's rows in order of delivery and of closing.

    Args:
        horizon: seconds.
        tuning: sizes.

    Attributes:
        drops: how often rows were dropped.
    """

    def __init__(self, horizon: float, tuning: Tuning = TUNING) -> None:
        self._delivered, self._closed = Arrivals(horizon, tuning), Arrivals(horizon, tuning)
        self.drops, self.tuning = 0, tuning

    def drop(self, gone: int) -> None:
        """Follow the log, which drops its first rows."""
        self.drops += 1
        self._delivered.drop_candidates(gone)
        self._closed.drop_candidates(self._delivered.drop(gone))
        self._closed.drop(gone)

    def has(self, now: float, drops: int) -> bool:
        """Say whether rows known at an instant are still there."""
        return drops == self.drops and now >= max(self._delivered.until, self._closed.until)

    def delivered(self, stored: Columns, since: float, now: float) -> tuple[Places, int, int]:
        """Return the rows delivered by ``now``, in order.

        Returns:
            These; the index of the first one delivered after ``since``; and the place of the first one of all.
        """
        self._deliver(stored, now)
        own, delivered_at = self._delivered, stored["delivered_at"]
        return own.rows, own.after(lambda rows: delivered_at[rows], since), own.removed

    def closed(self, stored: Columns, since: float, now: float) -> tuple[Places, int]:
        """Return the rows that closed after ``since``, up to ``now``.

        In order of closing; ties keep the order of delivery.

        Returns:
            These, and the place of the first one.
        """
        self._deliver(stored, now)
        candidates, own, closes_at = self._delivered.rows, self._closed, stored["closes_at"]
        own.append(candidates[own.extend(lambda rows: closes_at[candidates[rows]], len(candidates), now)])
        cut = own.after(lambda rows: closes_at[rows], since)
        return own.rows[cut:], own.removed + cut

    def _deliver(self, stored: Columns, now: float) -> None:
        own, delivered_at = self._delivered, stored["delivered_at"]
        own.append(in_queue(own.extend(lambda rows: delivered_at[rows], len(delivered_at), now), stored))


def in_queue(rows: NDArray[np.integer[Any]], stored: Columns) -> NDArray[np.integer[Any]]:
    """Return rows in order of delivery, then of being due.

    Args:
        rows: in order of delivery, ties in order of serving.
        stored: the log's columns, with ``due_at`` where outages hold entries back.
    """
    if "due_at" not in stored:
        return rows
    at, due_at = stored["delivered_at"][rows], stored["due_at"][rows]
    return rows[np.lexsort((due_at, at))] if (at != due_at).any() else rows
