"""Features and click rates of items, by their ids."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, normal, root, uniform
from sim.scenario import Scenario
from sim.scenario.click_rate import rates_of
from sim.scenario.vectors import Vectors
from sim.stable_math import logit
from sim.world.own_vectors import OwnVectors

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class ItemTraits:
    """The traits of items, drawn by id.

    Args:
        scenario: the world.
        seed: the run's seed.
        replication: its replication.

    Attributes:
        dim: length of the features.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int) -> None:
        self._items = scenario.items
        self.dim = scenario.users.preferences.dim
        self._linear = scenario.slate.link == "identity"
        streams = (Stream.ITEM_FEATURE, Stream.ITEM_POPULARITY, Stream.ITEM_CLICK_RATE)
        self._own: OwnVectors | None = None
        if isinstance(self._items.features, Vectors):
            key = root(seed, replication, Stream.ITEM_VECTOR)
            self._own = OwnVectors(self._items.features, self._items.alive, key)
        self._keys = {stream: root(seed, replication, stream) for stream in streams}

    def features(self, ids: Ints) -> Floats:
        """Return what agents see of items, ``(n, dim)``."""
        if self._own is not None:
            return self._own.of(ids)
        lanes = ids[:, None] * self.dim + np.arange(self.dim)
        if self._items.features == "uniform":
            entries = uniform(self._keys[Stream.ITEM_FEATURE], lanes)
            return np.asarray(entries / _lengths(entries))
        scale = 1.0 / np.sqrt(max(self.dim, 1))
        return np.asarray(scale * normal(self._keys[Stream.ITEM_FEATURE], lanes))

    def offset(self, ids: Ints) -> Floats:
        """Return the utility of items apart from any taste, ``(n,)``.

        Click rate and popularity, in log odds unless the link is the identity.
        """
        items = self._items
        if items.click_rates is not None:
            return logit(np.array(items.click_rates)[ids])
        assert items.click_rate is not None
        rate = rates_of(items.click_rate, lambda: uniform(self._keys[Stream.ITEM_CLICK_RATE], ids))
        popularity = items.popularity * normal(self._keys[Stream.ITEM_POPULARITY], ids)
        return (rate if self._linear else logit(rate)) + popularity


def _lengths(rows: Floats) -> Floats:
    """Return the length of each row, ``(n, 1)``."""
    squares = rows * rows
    total = squares[:, :1].copy()
    for column in range(1, squares.shape[1]):
        total += squares[:, column : column + 1]
    return np.asarray(np.sqrt(total))
