"""Features from a user's own clicks in the log.

A user carries the sum at the last visit and the clicks that were not yet in it. When the log will have a click is known
when it happens, so whether it counts at a later instant is a comparison, not an event.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.laws.instants import PER_SECOND, microseconds, plus
from sim.scenario import Scenario
from sim.tuning import TUNING, Tuning
from sim.world.users import States

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_NONE = -1


class RecentClicks:
    """The sums of users' clicks, ``sum 2^(-age / half_life) x``.

    Clicks that wait for the log are a list for each user, the latest first, in columns that all users share. Nothing
    in a list is changed: a request that is dropped leaves clicks that no list has, which `compact` removes.

    Args:
        scenario: the world.
        tuning: sizes.

    Attributes:
        on: whether there are any.
        dim: length of the features; 0 if there are none.
    """

    def __init__(self, scenario: Scenario, tuning: Tuning = TUNING) -> None:
        self.on = (about := scenario.users.observed.recent) is not None
        self.dim = scenario.users.preferences.dim if self.on else 0
        self._horizon = scenario.horizon
        if about is not None:
            self._half_life, self._latency, self._refresh = about.half_life, about.latency, about.refresh
        self._logged_at, self._request_at = np.empty(0), np.empty(0)
        self._x, self._next = np.empty((0, self.dim)), np.empty(0, dtype=np.int64)
        self._few = tuning.clicks_kept
        self._end, self._tidy_from = 0, self._few

    def start(self, users: int) -> tuple[Floats, Floats, Ints]:
        """Return sums, their instants, and lists of all users."""
        count = users if self.on else 0
        return np.zeros((count, self.dim)), np.zeros(count), np.full(count, _NONE)

    def at_requests(self, state: States) -> States:
        """Return states with the sums at their requests."""
        at, waiting = state.next_at, state.waiting
        k = self._looked_at(at)
        total = state.recent * np.exp2(-(k - state.recent_at) / self._half_life)[:, None]
        until = plus(k, -self._latency)
        levels, comes = [], np.zeros(len(at), dtype=bool)
        rows = np.flatnonzero(waiting != _NONE)
        clicks = waiting.take(rows)
        while len(rows):
            due = (self._logged_at.take(clicks) <= until.take(rows)) & (self._request_at.take(clicks) < at.take(rows))
            comes[rows[due]] = True
            levels.append((rows, clicks, due))
            clicks = self._next.take(clicks)
            more = np.flatnonzero(clicks != _NONE)
            rows, clicks = rows.take(more), clicks.take(more)
        if comes.any():
            rows, clicks, due = map(np.concatenate, zip(*reversed(levels), strict=True))  # the oldest first
            self._add(total, k, rows[due], clicks[due])
            stay = ~due & comes.take(rows)
            waiting = self._listed(np.where(comes, _NONE, waiting), rows[stay], clicks[stay])
        return replace(state, recent=total, recent_at=k, waiting=waiting)

    def _add(self, total: Floats, k: Floats, rows: Ints, clicks: Ints) -> None:
        """Add clicks to the sums of rows, one after another."""
        weight = np.exp2(-(k.take(rows) - self._request_at.take(clicks)) / self._half_life)
        each = weight[:, None] * self._x.take(clicks, axis=0)
        order = np.argsort(rows, kind="stable")
        rows, each = rows.take(order), each.take(order, axis=0)
        number = _number(rows)
        for nth in range(int(number.max(initial=-1)) + 1):
            own = np.flatnonzero(number == nth)
            total[rows.take(own)] += each.take(own, axis=0)

    def _listed(self, waiting: Ints, rows: Ints, clicks: Ints) -> Ints:
        """Return heads of lists: clicks of rows, the oldest first."""
        order = np.argsort(rows, kind="stable")
        rows, clicks = rows.take(order), clicks.take(order)
        places = self._append(self._logged_at[clicks], self._request_at[clicks], self._x[clicks], waiting[rows])
        follows = np.flatnonzero(rows[1:] == rows[:-1])
        self._next[places[1:].take(follows)] = places.take(follows)
        waiting[rows] = places  # of several of a row the last counts
        return waiting

    def _looked_at(self, at: Floats) -> Floats:
        """Return when the sums of instants are computed."""
        if not self._refresh:
            return at
        number = np.floor(at / self._refresh)
        # the quotient may have been rounded over a whole number, either way
        number -= self._multiple(number) > at
        number += self._multiple(number + 1.0) <= at
        return self._multiple(number)

    def _multiple(self, number: Floats) -> Floats:
        return number * microseconds(self._refresh) / PER_SECOND

    def after(self, state: States, at: Floats, logged_at: Floats, x: Floats, rows: Ints) -> States:
        """Return states with the clicks on slates shown.

        Args:
            state: right after the requests.
            at: ``(n,)`` instants of the requests.
            logged_at: ``(n, size)`` when the log has the click on an item, infinite for never.
            x: features of items.
            rows: ``(n, size)`` rows of the items shown in these.
        """
        comes, waiting = logged_at <= self._horizon, state.waiting.copy()
        for position in np.flatnonzero(comes.any(axis=0)):
            own = np.flatnonzero(comes[:, position])
            items = x.take(rows[own, position], axis=0)
            waiting[own] = self._append(logged_at[own, position], at[own], items, waiting[own])
        return replace(state, waiting=waiting)

    def _append(self, logged_at: Floats, request_at: Floats, x: Floats, following: Ints) -> Ints:
        """Store clicks; return where they are."""
        start, end = self._end, self._end + len(logged_at)
        if end > len(self._next):
            self._resize(np.arange(start), 2 * end)
        own = slice(start, end)
        self._logged_at[own], self._request_at[own], self._x[own], self._next[own] = logged_at, request_at, x, following
        self._end = end
        return np.arange(start, end)

    def _resize(self, kept: Ints, room: int) -> None:
        for name in ("_logged_at", "_request_at", "_x", "_next"):
            old = getattr(self, name)
            new = np.empty((room, *old.shape[1:]), old.dtype)
            new[: len(kept)] = old[kept]
            setattr(self, name, new)
        self._end = len(kept)

    def compact(self, waiting: Ints) -> None:
        """Drop the clicks that no list has, if many.

        Args:
            waiting: ``(users,)`` heads of all lists; changed in place.
        """
        if self._end < self._tidy_from:
            return
        levels, clicks = [np.empty(0, dtype=np.int64)], waiting[waiting != _NONE]
        while len(clicks):
            levels.append(clicks)
            clicks = self._next[clicks]
            clicks = clicks[clicks != _NONE]
        kept = np.sort(np.concatenate(levels))
        place = np.full(self._end + 1, _NONE)  # that of none is the last
        place[kept] = np.arange(len(kept))
        waiting[:] = place[waiting]
        self._resize(kept, max(self._few, 2 * len(kept)))
        self._next[: len(kept)] = place[self._next[: len(kept)]]
        self._tidy_from = max(self._few, 2 * len(kept))


def _number(rows: Ints) -> Ints:
    """Return the number of each entry within its row.

    Rows ascend.
    """
    starts = np.flatnonzero(np.append(True, rows[1:] != rows[:-1]))
    return np.arange(len(rows)) - np.repeat(starts, np.diff(np.append(starts, len(rows))))
