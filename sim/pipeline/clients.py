"""Clients that keep a version until they refresh."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, child, root, uniform
from sim.laws import Law

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Clients:
    """When each client refreshed last.

    A client refreshes at the instants of a renewal clock of its own, whether its user comes or not. The first of them
    is uniform within its gap: who starts at 0 is somewhere between two refreshes.

    Args:
        law: of the gaps.
        users: how many there are.
        seed: the run's seed.
        replication: its replication.
    """

    def __init__(self, law: Law, users: int, seed: int, replication: int) -> None:
        self._law, self._key = law, root(seed, replication, Stream.CACHE)
        everybody = np.arange(users)
        first = law.duration(self._keys(everybody, np.zeros(users, dtype=np.int64)), np.zeros(users))
        self._number = np.ones(users, dtype=np.int64)  # of the gap that begins with the next refresh
        self._last = np.zeros(users)
        self._next = first * uniform(root(seed, replication, Stream.CACHE_START), everybody)

    def _keys(self, user: Ints, number: Ints) -> NDArray[np.uint64]:
        return child(child(self._key, user), number)

    def refreshed(self, user: Ints, at: Floats) -> Floats:
        """Return the last refresh of clients up to an instant.

        Args:
            user: ``(n,)``.
            at: ``(n,)`` seconds, not before those that `advance` was told of these users.

        Returns:
            ``(n,)`` seconds, 0 before the first.
        """
        return self._walk(user, at)[0]

    def advance(self, user: Ints, at: Floats) -> Floats:
        """Return the same, and let these clients move on.

        Args:
            user: ``(n,)``.
            at: ``(n,)`` seconds, ascending for each user.
        """
        last, following, number = self._walk(user, at)
        self._last[user], self._next[user], self._number[user] = last, following, number
        return last

    def advance_all(self, at: float) -> Floats:
        """Return the last refresh of every client, and move on."""
        return self.advance(np.arange(len(self._last)), np.full(len(self._last), at))

    def _walk(self, user: Ints, at: Floats) -> tuple[Floats, Floats, Ints]:
        last, following, number = self._last.take(user), self._next.take(user), self._number.take(user)
        due = np.flatnonzero(following <= at)
        while len(due):
            last[due] = start = following[due]
            following[due] = self._law.course(self._keys(user[due], number[due]), start)[1]
            number[due] += 1
            due = due[following[due] <= at[due]]
        return last, following, number
