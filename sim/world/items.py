"""The catalogue over time.

An item that goes is replaced at once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.ports import Catalogue, rows_of
from sim.scenario import Scenario
from sim.tuning import TUNING, Tuning
from sim.world.alive import Alive
from sim.world.item_traits import ItemTraits
from sim.world.replacement import replacement

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class _Epoch(NamedTuple):
    """What lives from ``since`` seconds on, until the next epoch."""

    since: float
    catalogue: Catalogue
    offset: Floats


class Items:
    """The catalogue as a function of time.

    It does not depend on what is shown, so it is computed as far ahead as somebody asks, and kept from the last
    settled instant on. Ids count up in order of birth and are never reused.

    Args:
        scenario: the world.
        seed: the run's seed.
        replication: its replication.
        tuning: sizes.

    Attributes:
        lookup: from ids to the features ``(r, dim)`` of items not forgotten when this attribute was read.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int, tuning: Tuning = TUNING) -> None:
        self._few, self._ahead = tuning.items_kept, tuning.items_ahead
        self._traits = ItemTraits(scenario, seed, replication)
        self._replacement = replacement(scenario, seed, replication)
        ids = np.arange(scenario.items.alive)
        self._first, self._end = 0, len(ids)  # ids of the rows stored
        self._features, self._offset = self._traits.features(ids), self._traits.offset(ids)
        self.lookup = self._lookup()
        self._born = len(ids)
        self._epochs = [self._epoch(-np.inf, ids, self._replacement.births(ids))]
        self._next = self._replacement.next_change()

    @property
    def changes(self) -> bool:
        """Whether items come and go."""
        return self._next < np.inf

    def alive(self, at: Floats, user: Ints, visit: Ints) -> Alive:
        """Return what is alive at requests.

        Args:
            at: ``(n,)`` instants, ascending.
            user: ``(n,)``; here the catalogue is the same for all.
            visit: ``(n,)``; likewise.
        """
        first, last = self._place(float(at[0])), self._place(float(at[-1]))
        epochs = self._epochs[first : last + 1]
        if len(epochs) == 1:
            return Alive([epochs[0].catalogue], [0, len(at)], epochs[0].offset[None])
        bounds = [0, *at.searchsorted([epoch.since for epoch in epochs[1:]]).tolist(), len(at)]
        met = [number for number in range(len(epochs)) if bounds[number] < bounds[number + 1]]
        offset = np.stack([epochs[number].offset for number in met])
        return Alive([epochs[number].catalogue for number in met], [*(bounds[n] for n in met), len(at)], offset)

    def on(self, at: float) -> Catalogue:
        """Return the catalogue of an instant that is not settled."""
        return self._epochs[self._place(at)].catalogue

    def oldest(self, now: float) -> tuple[int, float]:
        """Return the lowest id alive and the next change.

        Args:
            now: seconds, not before the last settled instant.

        Returns:
            The id, and the instant until which it holds.
        """
        place = self._place(now)
        until = self._epochs[place + 1].since if place + 1 < len(self._epochs) else self._next
        return self._epochs[place].catalogue.ids.item(0), until

    def _place(self, at: float) -> int:
        """Return the number of the epoch of an instant."""
        while self._next <= at:
            self._turn_over(self._next)
        return bisect_right(self._epochs, at, key=_since) - 1

    def _turn_over(self, now: float) -> None:
        stay = self._replacement.turn(now, self._born)
        old = self._epochs[-1].catalogue
        kept = old.ids[stay]
        fresh = np.arange(self._born, self._born + len(stay) - len(kept))
        self._born += len(fresh)
        self._store(self._born)
        born_at = np.concatenate([old.born_at[stay], np.full(len(fresh), now)])
        self._epochs.append(self._epoch(now, np.concatenate([kept, fresh]), born_at))
        self._next = self._replacement.next_change()

    def _epoch(self, since: float, ids: Ints, born_at: Floats) -> _Epoch:
        rows = ids - self._first
        return _Epoch(since, Catalogue(ids, self._features.take(rows, axis=0), born_at), self._offset.take(rows))

    def _store(self, end: int) -> None:
        """Store the traits of the items below an id.

        And of some after it.
        """
        if end <= self._end:
            return
        fresh = np.arange(self._end, max(end, self._end + self._ahead))
        kept, room = self._end - self._first, len(self._features)
        if kept + len(fresh) > room:
            more = kept + len(fresh)
            self._features = np.vstack([self._features[:kept], np.empty((more, self._traits.dim))])
            self._offset = np.concatenate([self._offset[:kept], np.empty(more)])
            self.lookup = self._lookup()
        self._features[kept : kept + len(fresh)] = self._traits.features(fresh)
        self._offset[kept : kept + len(fresh)] = self._traits.offset(fresh)
        self._end += len(fresh)

    def _lookup(self) -> Callable[[Ints], Floats]:
        return rows_of(self._features, self._first)

    def features(self, alive: Alive, places: Ints) -> tuple[Floats, Ints]:
        """Return a table of features and shown items' rows.

        Args:
            alive: what is alive at n requests.
            places: ``(n, size)`` places in each request's catalogue.

        Returns:
            ``(r, dim)`` and ``(n, size)``.
        """
        if alive.one:
            return alive.catalogues[0].features, places
        return self._features, alive.ids_at(places) - self._first

    def settle(self, at: float) -> None:
        """Drop what no request from an instant on meets."""
        del self._epochs[: bisect_right(self._epochs, at, key=_since) - 1]

    def forget(self, before: int | None) -> None:
        """Drop the features of retired items.

        Those with an id below ``before``, or all when None.
        """
        oldest = self._epochs[0].catalogue.ids.item(0)
        first = oldest if before is None else min(before, oldest)
        kept = self._end - self._first
        if first - self._first > max(self._few, kept // 2):
            rows = slice(first - self._first, kept)
            self._features, self._offset = self._features[rows].copy(), self._offset[rows].copy()
            self._first = first
            self.lookup = self._lookup()


def _since(epoch: _Epoch) -> float:
    return epoch.since
