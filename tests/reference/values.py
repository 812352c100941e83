"""What an outcome is worth, item by item."""

from __future__ import annotations

from math import sqrt

import numpy as np

from sim.draws import Stream, child, normal, root
from sim.ports import cross


class Values:
    def __init__(self, scenario, seed, replication):
        feedback = scenario.feedback
        kind = feedback.click if feedback.learn_from == "click" else feedback.conversion
        self.value, self.popularity = kind.value, scenario.items.popularity
        self.on = self.value is not None
        self.key = root(seed, replication, Stream.ITEM_POPULARITY)
        users = scenario.users
        spreads = self.popularity, users.preferences.spread, users.trend.spread, users.drift.spread
        self.scale = sqrt(sum(spread**2 for spread in spreads))

    def factors(self, ids, features, taste):
        """Return by what the value of each item is multiplied."""
        if not self.on or not self.value.effect:
            return [1.0] * len(ids)
        liked = cross(taste[None, :], features)[0]
        z = [(fit + self.popularity * normal(self.key, i)) / self.scale for i, fit in zip(ids, liked, strict=True)]
        return [np.exp(self.value.effect * one) for one in z]

    def mean(self, factor):
        """Return the mean value of an outcome."""
        if not self.on:
            return 1.0
        amount = self.value.amount
        return (amount if isinstance(amount, float) else amount.mean) * factor

    def drawn(self, key, item, outcome, factor):
        """Return the value of an outcome, 0 where there is none."""
        if not outcome or not self.on:
            return float(outcome)
        amount = self.value.amount
        if not isinstance(amount, float):
            own = child(child(key, int(Stream.VALUE)), item)
            amount = float(amount.draw(np.array([own]), np.zeros(1)).delay[0])
        return float(amount * factor)
