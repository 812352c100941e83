"""A fresh catalogue at every request.

So it is in the literature on linear bandits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.laws.instants import microseconds
from sim.ports import Catalogue
from sim.scenario import Scenario
from sim.world.alive import Alive
from sim.world.item_traits import ItemTraits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class RedrawnItems:
    """Catalogues that belong to a user's visit.

    The items of visit n (from 0) of user u have the m ids from ``(n * users + u) * m`` on. Nothing is stored: what an
    item is can be computed from its id.

    Args:
        scenario: the world.
        seed: the run's seed.
        replication: its replication.
    """

    changes = True

    def __init__(self, scenario: Scenario, seed: int, replication: int) -> None:
        self._traits = ItemTraits(scenario, seed, replication)
        self._users, self._count = scenario.users.count, scenario.items.alive
        every = scenario.users.visits.every
        self._every = None if every is None else int(microseconds(every))

    def alive(self, at: Floats, user: Ints, visit: Ints) -> Alive:
        """Return what is alive at requests.

        Args:
            at: ``(n,)`` instants, seconds.
            user: ``(n,)``.
            visit: ``(n,)``.
        """
        n, m = len(at), self._count
        ids = ((visit * self._users + user) * m)[:, None] + np.arange(m)
        features = self.lookup(ids.ravel()).reshape(n, m, self._traits.dim)
        born_at = np.repeat(at[:, None], m, axis=1)
        catalogues = [Catalogue(*of_request) for of_request in zip(ids, features, born_at, strict=True)]
        offset = self._traits.offset(ids.ravel()).reshape(n, m)
        return Alive(catalogues, list(range(n + 1)), offset, features)

    def lookup(self, ids: Ints) -> Floats:
        """Return the features of items, ``(n, dim)``."""
        return self._traits.features(ids)

    def features(self, alive: Alive, places: Ints) -> tuple[Floats, Ints]:
        """Return a table of features and shown items' rows.

        See `Items.features`.
        """
        assert alive.features is not None
        n, m, dim = alive.features.shape
        return alive.features.reshape(n * m, dim), np.arange(n)[:, None] * m + places

    def oldest(self, now: float) -> tuple[int, float]:
        """Return an id below which nothing is shown any more.

        Where visits are evenly spaced, the items of the last two rounds of visits are above it; else it is 0: some user
        may come for the first time.

        Returns:
            The id, and the instant until which it holds.
        """
        if self._every is None:
            return 0, np.inf
        rounds = max(0, int(microseconds(now)) // self._every - 2)
        return rounds * self._users * self._count, float(np.nextafter(now, np.inf))

    def settle(self, at: float) -> None:
        """Drop nothing: nothing is stored."""

    def forget(self, before: int | None) -> None:
        """Drop nothing: nothing is stored."""
