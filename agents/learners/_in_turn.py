"""Policies that show some items in turn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from agents.learners._index import Snapshot
from agents.learners.counts import means
from sim.ports import Observations, Slates

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Open = Callable[[Ints, Floats], NDArray[np.bool_]]


class InTurnPolicy:
    """A policy that shows open items in turn.

    The turn is the number of the visit plus that of the user, so each user goes through the open items. Further
    positions are the next in turn, then the other items by their means. A propensity is the item's share of the turns.

    Args:
        counts: pulls and wins.
        is_open: from ids and pulls of the items alive, ascending, to whether each takes turns.
    """

    def __init__(self, counts: Snapshot, is_open: Open) -> None:
        self._counts, self._is_open = counts, is_open

    def act(self, observations: Observations) -> Slates:
        """Return the slates of each turn."""
        ids, size = observations.catalogue.ids, observations.size
        pulls, wins = self._counts.of(ids)
        mean = means(pulls, wins)
        is_open = self._is_open(ids, pulls)
        turns = np.flatnonzero(is_open)
        others = np.argsort(np.where(is_open | np.isnan(mean), np.inf, -mean), kind="stable")[: len(ids) - len(turns)]
        chance = np.ones((len(observations), size))
        shown = np.repeat(np.resize(others, size)[None, :], len(observations), axis=0)
        if count := len(turns):
            many = min(count, size)
            first = (observations.visit + observations.user) % count
            shown[:, :many] = turns[(first[:, None] + np.arange(many)) % count]
            chance[:, :many] = 1.0 / count
            shown[:, many:] = others[: size - many]
        return Slates(ids[shown], chance, mean[shown])

    def predict(self, observations: Observations, items: Ints) -> Floats:
        """Return the mean outcome of each item, NaN where unknown."""
        return means(*self._counts.at(items))
