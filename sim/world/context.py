"""The context of requests, and how it moves tastes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, child, normal, normals, root
from sim.ports import cross
from sim.scenario import Scenario

DAY, DAYS = 86400.0, 7
Floats = NDArray[np.float64]
_HOUR, _WEEKDAY, _NORMALS = (0, 1), (2, 3), 4  # the numbers of its parts, whichever there are


class RequestContext:
    """What is known of a request besides its user.

    Args:
        scenario: the world.
        seed: the run's seed.
        replication: its replication.

    Attributes:
        shown: how many of its numbers, the first ones, agents see.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int) -> None:
        about = scenario.users.context
        self._hour, self._weekday, self._dim = about.hour, about.weekday, about.dim
        self._length, self.shown = about.length, about.shown
        self._moves = about.spread > 0
        if self._moves:
            numbers = [*_HOUR * about.hour, *_WEEKDAY * about.weekday, *range(_NORMALS, _NORMALS + about.dim)]
            keys = child(root(seed, replication, Stream.CONTEXT_EFFECT), np.arange(scenario.users.preferences.dim))
            self._weights = normal(keys[:, None], np.array(numbers))
            self._scale = about.spread / np.sqrt(self._length)

    def at(self, at: Floats, keys: NDArray[np.uint64]) -> Floats:
        """Return the context of requests, ``(n, length)``.

        Sine and cosine of the time of day, of the weekday, then the normals.

        Args:
            at: ``(n,)`` instants, seconds.
            keys: ``(n,)`` of (user, visit).
        """
        out = np.empty((len(at), self._length))
        angles = []
        if self._hour:
            angles.append((2.0 * np.pi / DAY) * np.mod(at, DAY))
        if self._weekday:
            angles.append((2.0 * np.pi / DAYS) * np.floor_divide(np.mod(at, DAYS * DAY), DAY))
        for n, angle in enumerate(angles):
            out[:, 2 * n], out[:, 2 * n + 1] = np.sin(angle), np.cos(angle)
        if self._dim:
            out[:, 2 * len(angles) :] = normals(child(keys, int(Stream.CONTEXT)), self._dim)
        return out

    def moved(self, taste: Floats, context: Floats) -> Floats:
        """Return tastes ``(n, dim)`` in contexts ``(n, length)``."""
        return taste + self._scale * cross(context, self._weights) if self._moves else taste

    def observed(self, profiles: Floats, context: Floats, recent: Floats) -> tuple[Floats, Floats]:
        """Return what agents see, and the part of requests.

        Args:
            profiles: ``(n, p)`` what they see of the users at all requests.
            context: ``(n, length)``.
            recent: ``(n, dim)`` features from their clicks; no rows if there are none.
        """
        seen = context[:, : self.shown]
        if len(recent):
            seen = np.hstack([seen, recent])
        return np.hstack([profiles, seen]) if seen.shape[1] else profiles, seen
