"""Rules that rank items by an index of each item.

A rule keeps weighted pulls n and wins of each item. Its index is infinite for an item without pulls, so untried items
come first, lowest id first; otherwise it is a function of ``wins / n``, n and the sum t of n over all items.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from agents.described import Described
from agents.learners.counts import Counts, means
from sim.ports import Experience, Impressions, Observations, Slates, best

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Index = Callable[[Floats, Floats, float], Floats]


class Snapshot(Protocol):
    """Pulls and wins of items, frozen.

    Attributes:
        total: sum of all weights, of retired items too.
    """

    @property
    def total(self) -> float:
        """Sum of all weights."""

    def of(self, ids: Ints) -> tuple[Floats, Floats]:
        """Return pulls and wins of the items alive, ``(m,)`` each."""

    def at(self, items: Ints) -> tuple[Floats, Floats]:
        """Return pulls and wins of items in any order."""


class Statistics(Protocol):
    """Pulls and wins of items, from weighted examples."""

    def add(self, experience: Experience) -> None:
        """Add weighted examples, in order."""

    def at(self, items: Ints) -> tuple[Floats, Floats]:
        """Return pulls and wins of items in any order."""

    def afresh(self) -> Statistics:
        """Return empty statistics of the same kind."""

    def copy(self) -> Snapshot:
        """Return a copy that later examples do not change."""


class IndexPolicy:
    """A policy that shows the highest indices to every user.

    Args:
        counts: pulls and wins.
        index: from means ``(m,)``, pulls ``(m,)`` and the sum of all pulls to indices ``(m,)``.
    """

    def __init__(self, counts: Snapshot, index: Index) -> None:
        self._counts, self._index = counts, index

    def act(self, observations: Observations) -> Slates:
        """Return the slates with the highest indices."""
        ids = observations.catalogue.ids
        pulls, wins = self._counts.of(ids)
        shown = best(self._indices(ids, pulls, wins)[None, :], observations.size)
        shown = np.repeat(shown, len(observations), axis=0)
        return Slates(ids[shown], np.ones(shown.shape), self._means(pulls, wins)[shown])

    def _indices(self, ids: Ints, pulls: Floats, wins: Floats) -> Floats:
        """Return the indices of the items alive, ``(m,)``."""
        mean = means(pulls, wins)
        tried = ~np.isnan(mean)
        values = self._values(ids, np.where(tried, mean, 0.0), np.where(tried, pulls, 1.0))
        return np.where(tried, values, self._untried(ids))

    def _untried(self, ids: Ints) -> Floats | float:
        """Return the indices of items without pulls."""
        return np.inf

    def _values(self, ids: Ints, mean: Floats, pulls: Floats) -> Floats:
        return self._index(mean, pulls, max(self._counts.total, 1.0))

    def _means(self, pulls: Floats, wins: Floats) -> Floats:
        """Return what the rule expects of items."""
        return means(pulls, wins)

    def predict(self, observations: Observations, items: Ints) -> Floats:
        """Return the mean outcome of each item, NaN where unknown."""
        return self._means(*self._counts.at(items))


class CountingLearner(Described):
    """The training of rules that keep statistics of items."""

    def __init__(self) -> None:
        self._statistics = self._empty()

    def _empty(self) -> Statistics:
        """Return statistics without examples."""
        return Counts()

    def train(self, experience: Experience) -> None:
        """Add weighted examples to the statistics."""
        if experience.refit:
            self._statistics = self._statistics.afresh()
        self._statistics.add(experience)

    def predict(self, impressions: Impressions) -> Floats:
        """Return the mean outcome of each item, NaN where unknown."""
        return means(*self._statistics.at(impressions.item))
