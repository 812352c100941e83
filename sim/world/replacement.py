"""When items are replaced, and which of them."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr

from sim.draws import Stream, child, exponential, root, uniform
from sim.laws.instants import PER_SECOND, microseconds
from sim.scenario import Scenario
from sim.scenario.schema import Turnover

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Stay = NDArray[np.bool_]
_LIVES_AHEAD = 64
_AT_ONCE = 1024  # instants of turnover that are drawn together


class Replacement(Protocol):
    """The rule by which items are replaced."""

    def births(self, ids: Ints) -> Floats:
        """Return the births of the first items, the oldest first."""

    def next_change(self) -> float:
        """Return the next instant of a replacement; infinite for never."""

    def turn(self, now: float, born: int) -> Stay:
        """Replace the items whose time is over at ``now``.

        Args:
            now: seconds, what `next_change` returned.
            born: the id of the next item.

        Returns:
            ``(m,)`` in order of id, which of the items alive stay.
        """


class Never:
    """All items stay."""

    def births(self, ids: Ints) -> Floats:
        """Return zeros."""
        return np.zeros(len(ids))

    def next_change(self) -> float:
        """Return infinity."""
        return np.inf

    def turn(self, now: float, born: int) -> Stay:
        """Never called: there is no such instant."""
        raise LookupError(now)


class Lifetimes:
    """Each item lives for an exponential time of its own.

    Args:
        mean: seconds.
        seed: the run's seed.
        replication: its replication.
        alive: items at any instant.
    """

    def __init__(self, mean: float, seed: int, replication: int, alive: int) -> None:
        self._mean = mean
        self._keys = {s: root(seed, replication, s) for s in (Stream.ITEM_LIFETIME, Stream.ITEM_AGE)}
        self._ends = self._lives(np.arange(alive))
        self._drawn, self._drawn_from = self._ends[:0], alive  # lives of the items after those

    def _lives(self, ids: Ints) -> Floats:
        return self._mean * exponential(self._keys[Stream.ITEM_LIFETIME], ids)

    def births(self, ids: Ints) -> Floats:
        """Return the births of the first items, the oldest first.

        Exponential lives have no memory: an item met at any instant has an age of the same law as its rest of life.
        """
        return np.sort(-self._mean * exponential(self._keys[Stream.ITEM_AGE], ids))

    def next_change(self) -> float:
        """Return when the next life ends."""
        return float(self._ends.min())

    def turn(self, now: float, born: int) -> Stay:
        """Replace the items whose life ends at ``now``."""
        stay = self._ends > now
        fresh = len(stay) - int(np.count_nonzero(stay))
        self._ends = np.concatenate([self._ends[stay], now + self._lives_from(born, fresh)])
        return stay

    def _lives_from(self, born: int, count: int) -> Floats:
        """Return the lives of some items from an id on."""
        if born + count > self._drawn_from + len(self._drawn):
            self._drawn, self._drawn_from = self._lives(np.arange(born, born + count + _LIVES_AHEAD)), born
        return self._drawn[born - self._drawn_from :][:count]


class FixedInstants:
    """At fixed instants a binomial number of places is refilled.

    The places are drawn uniformly, each time anew; one that is drawn twice is refilled once.

    Args:
        turnover: how often, and at which rate.
        seed: the run's seed.
        replication: its replication.
        alive: items at any instant.
    """

    def __init__(self, turnover: Turnover, seed: int, replication: int, alive: int) -> None:
        self._every, self._alive = int(microseconds(turnover.every)), alive
        self._key = root(seed, replication, Stream.ITEM_TURNOVER)
        self._upto = _binomial(round(turnover.every), turnover.rate)
        self._drawn_to = 0  # instants
        self._coming: list[tuple[int, int]] = []  # instant and replacements, the next one last

    def births(self, ids: Ints) -> Floats:
        """Return zeros: all items of the start are new."""
        return np.zeros(len(ids))

    def next_change(self) -> float:
        """Return the next instant with a replacement."""
        while not self._coming:
            self._draw()
        return self._every * self._coming[-1][0] / PER_SECOND

    def _draw(self) -> None:
        number = np.arange(self._drawn_to + 1, self._drawn_to + 1 + _AT_ONCE)
        count = np.searchsorted(self._upto, uniform(child(self._key, number), 0))
        some = np.flatnonzero(count)[::-1]
        self._coming = list(zip(number[some].tolist(), count[some].tolist(), strict=True))
        self._drawn_to += _AT_ONCE

    def turn(self, now: float, born: int) -> Stay:
        """Refill the places that are drawn at ``now``."""
        number, count = self._coming.pop()
        place = uniform(child(self._key, number), np.arange(1, count + 1)) * self._alive
        stay = np.ones(self._alive, dtype=bool)
        stay[np.minimum(place.astype(np.int64), self._alive - 1)] = False
        return stay


def _binomial(trials: int, chance: float) -> Floats:
    """Return P(X <= k) for k from 0 on.

    To where next to nothing remains.
    """
    mean = trials * chance
    most = min(trials, int(mean + 12.0 * np.sqrt(mean) + 40.0))
    return np.asarray(bdtr(np.arange(most, dtype=np.float64), trials, chance))


def replacement(scenario: Scenario, seed: int, replication: int) -> Replacement:
    """Return the rule of a scenario."""
    items = scenario.items
    if items.lifetime is not None:
        return Lifetimes(items.lifetime, seed, replication, items.alive)
    if items.turnover is not None:
        return FixedInstants(items.turnover, seed, replication, items.alive)
    return Never()
