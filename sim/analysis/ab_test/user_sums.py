"""Sums per user, as known at each look."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenario import Scenario
from sim.trace import Chunk
from sim.world.reversals import Reversals

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class UserSums:
    """Sums per user of one run, up to each look.

    A reader of chunks. What is *seen* at a look is what the log holds at that instant: positives delivered by then, at
    their values, less those that were taken back by then. A positive that is taken back later counts its mean value
    until then: the trace does not keep its own.

    Args:
        scenario: the world.
        looks: ``(n_looks,)`` ascending instants, seconds.
        users: how many there ever are.
        start: requests before it are left out, seconds.
        wait: only requests at least so old are read, seconds; truth has them all.
    """

    def __init__(self, scenario: Scenario, looks: Floats, users: int, start: float = 0.0, wait: float = 0.0) -> None:
        self._looks, self._start, self._wait = looks, start, wait
        self._back = Reversals(scenario, None)
        shape = users, len(looks) + 1  # the last column is for what comes after the last look
        self._seen, self._read, self._expected, self._served = (np.zeros(shape) for _ in range(4))

    def read(self, chunk: Chunk) -> None:
        """Add a chunk of the trace."""
        chunk = chunk.since(self._start)
        user, at = chunk.user.astype(np.int64), self._look(chunk.request_at)
        np.add.at(self._served, (user, at), 1.0)
        np.add.at(self._expected, (user, at), chunk.expected)
        old = chunk.request_at + self._wait
        np.add.at(self._read, (user, self._look(old)), 1.0)
        row, place = np.nonzero(chunk.credited if chunk.lost is None else chunk.credited & ~chunk.lost)
        amount = np.ones(len(row)) if chunk.value is None else chunk.value[row, place]
        if chunk.reversed_at is not None and chunk.worth is not None:
            back_at = chunk.reversed_at[row, place]
            kept = np.broadcast_to(self._back.kept(user[row]), (len(row), 1))[:, 0]
            amount = np.where(np.isfinite(back_at), chunk.worth[row, place] / kept, amount)
            np.add.at(self._seen, (user[row], self._look(np.maximum(back_at, old[row]))), -amount)
        known_at = np.maximum(chunk.delivered_at[row, place], old[row])
        np.add.at(self._seen, (user[row], self._look(known_at)), amount)

    def _look(self, at: Floats) -> Ints:
        """Return the first look that is not before an instant."""
        return np.searchsorted(self._looks, at, side="left")

    @property
    def seen(self) -> Floats:
        """Reward known at each look, ``(users, n_looks)``."""
        return np.cumsum(self._seen[:, :-1], axis=1)

    @property
    def read_requests(self) -> Floats:
        """Requests that are read at each look, ``(users, n_looks)``."""
        return np.cumsum(self._read[:, :-1], axis=1)

    @property
    def expected(self) -> Floats:
        """Expected reward of all requests up to each look, ``(users, n_looks)``."""
        return np.cumsum(self._expected[:, :-1], axis=1)

    @property
    def served(self) -> Floats:
        """All requests up to each look, ``(users, n_looks)``."""
        return np.cumsum(self._served[:, :-1], axis=1)
