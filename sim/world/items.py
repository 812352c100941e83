"""The items: features, hidden popularity, and lives.

An item whose life ends is replaced at once.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, exponential, normal, root
from sim.ports import Catalogue, rows_of
from sim.scenario import Scenario
from sim.stable_math import logit
from sim.tuning import TUNING, Tuning

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Items:
    """The catalogue and its changes over time.

    Ids count up in order of birth and are never reused.

    Args:
        scenario: the world.
        seed: the run's seed.
        replication: its replication.
        tuning: sizes.

    Attributes:
        catalogue: what lives now: ids ``(m,)`` ascending, features ``(m, dim)``, instants of birth ``(m,)``.
        offset: ``(m,)`` logit of the click rate plus popularity of what lives now.
        lookup: from ids to the features ``(r, dim)`` of items born and not forgotten when this attribute was read.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int, tuning: Tuning = TUNING) -> None:
        self._scenario = scenario
        self._few = tuning.items_kept
        self._dim = scenario.users.preferences.dim
        self._keys = {
            s: root(seed, replication, s)
            for s in (Stream.ITEM_FEATURE, Stream.ITEM_POPULARITY, Stream.ITEM_LIFETIME, Stream.ITEM_AGE)
        }
        ids = np.arange(scenario.items.alive)
        self._born = len(ids)
        self._ends = self._lives(ids)
        self._archive, self._archive_first = self._features(ids), 0
        self.lookup = self._lookup()
        self.catalogue = Catalogue(ids, self._archive.copy(), self._first_births(ids))
        self.offset = self._offset(ids)

    def next_change(self) -> float:
        """Return the next item's retirement in seconds; infinite for never."""
        return float(self._ends.min())

    def turn_over(self, now: float) -> None:
        """Replace the items whose life ends at ``now``."""
        dead = self._ends <= now
        ids = np.arange(self._born, self._born + int(dead.sum()))
        fresh = self._features(ids)
        self._keep(fresh)
        self._ends = np.concatenate([self._ends[~dead], now + self._lives(ids)])
        self.offset = np.concatenate([self.offset[~dead], self._offset(ids)])
        old = self.catalogue
        self.catalogue = Catalogue(
            np.concatenate([old.ids[~dead], ids]),
            np.vstack([old.features[~dead], fresh]),
            np.concatenate([old.born_at[~dead], np.full(len(ids), now)]),
        )

    def _lookup(self) -> Callable[[Ints], Floats]:
        return rows_of(self._archive, self._archive_first)

    def forget(self, before: int | None) -> None:
        """Drop the features of retired items.

        Those with an id below ``before``, or all when None.
        """
        first = int(self.catalogue.ids[0]) if before is None else min(before, int(self.catalogue.ids[0]))
        kept = self._born - self._archive_first
        if first - self._archive_first > max(self._few, kept // 2):
            self._archive = self._archive[first - self._archive_first : kept].copy()
            self._archive_first = first
            self.lookup = self._lookup()

    def _keep(self, fresh: Floats) -> None:
        kept = self._born - self._archive_first
        if kept + len(fresh) > len(self._archive):
            self._archive = np.vstack([self._archive[:kept], np.empty((kept + len(fresh), self._dim))])
            self.lookup = self._lookup()
        self._archive[kept : kept + len(fresh)] = fresh
        self._born += len(fresh)

    def _lives(self, ids: Ints) -> Floats:
        mean = self._scenario.items.lifetime
        if mean is None:
            return np.full(len(ids), np.inf)
        return mean * exponential(self._keys[Stream.ITEM_LIFETIME], ids)

    def _first_births(self, ids: Ints) -> Floats:
        """Return the births of the first items, the oldest first.

        Exponential lives have no memory: an item met at any instant has an age of the same law as its rest of life.
        """
        mean = self._scenario.items.lifetime
        if mean is None:
            return np.zeros(len(ids))
        return np.sort(-mean * exponential(self._keys[Stream.ITEM_AGE], ids))

    def _features(self, ids: Ints) -> Floats:
        lanes = ids[:, None] * self._dim + np.arange(self._dim)
        scale = 1.0 / np.sqrt(max(self._dim, 1))
        return np.asarray(scale * normal(self._keys[Stream.ITEM_FEATURE], lanes))

    def _offset(self, ids: Ints) -> Floats:
        items = self._scenario.items
        if items.click_rates is not None:
            return logit(np.array(items.click_rates)[ids])
        assert items.click_rate is not None
        popularity = items.popularity * normal(self._keys[Stream.ITEM_POPULARITY], ids)
        return logit(np.array(items.click_rate)) + popularity
