"""The next visits of users.

Users due soon are kept at hand, so that a block does not look at all of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.tuning import Tuning

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class UpcomingVisits:
    """The users whose next visit comes soon.

    It lies before an instant that moves on in strides.

    A look at s users at hand costs s, a look at all of them costs their number N once in s / count blocks of
    ``count`` requests: s = sqrt(N count / 2) is about the cheapest.

    Args:
        next_at: ``(users,)`` the instants of the next visits, seconds; changed in place for users who came.
        per_second: visits of all users a second, about.
        tuning: sizes.
    """

    def __init__(self, next_at: Floats, per_second: float, tuning: Tuning) -> None:
        self._more = tuning.more_requests
        self._next_at, self._per_second = next_at, per_second
        self._until = -np.inf
        self._users, self._at = np.empty(0, dtype=np.int64), np.empty(0)

    def reach(self, before: float, count: int) -> float | None:
        """Return the instant that the next ``count`` requests reach.

        They lie up to it (see `World.reach`).
        """
        due = self._due(count)
        first = float(due.min(initial=np.inf))
        if first >= before:
            return None
        if count == 1:
            return first
        end = min(first + count / self._per_second, self._until, float(np.nextafter(before, -np.inf)))
        if np.count_nonzero(due <= end) > self._more * count:
            end = min(end, float(np.partition(due, count - 1)[count - 1]))
        return max(first, end)

    def visits(self, until: float) -> tuple[Ints, Floats]:
        """Return the users who come until an instant, and when.

        Including the instant, which `reach` just gave; the users are ascending.
        """
        come = np.flatnonzero(self._at <= until)
        return self._users.take(come), self._at.take(come)

    def _due(self, count: int) -> Floats:
        """Return the visit instants of the users at hand.

        After fetching more of them if these are too few.
        """
        at = self._next_at.take(self._users)
        due = np.flatnonzero(at <= self._until)
        if len(due) >= count or self._until == np.inf:
            self._users, self._at = self._users.take(due), at.take(due)
            return self._at
        everyone = len(self._next_at)
        at_hand = max(count, np.sqrt(everyone * count / 2))
        self._until = np.inf
        if 2 * at_hand < everyone:
            self._until = float(self._next_at.min()) + at_hand / self._per_second
        self._users = np.flatnonzero(self._next_at <= self._until)
        self._at = self._next_at.take(self._users)
        return self._at
