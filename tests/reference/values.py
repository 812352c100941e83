"""What an outcome is worth, item by item."""

from __future__ import annotations

from math import sqrt

import numpy as np

from sim.draws import Stream, child, normal, root
from sim.ports import cross
from tests.reference.choices._shared import sigmoid


class Values:
    def __init__(self, scenario, seed, replication):
        feedback = scenario.feedback
        kind = feedback.click if feedback.learn_from == "click" else feedback.conversion
        self.value, self.reversal, self.popularity = kind.value, kind.reversal, scenario.items.popularity
        self.on = self.value is not None or self.reversal is not None
        self.key = root(seed, replication, Stream.ITEM_POPULARITY)
        users = scenario.users
        self.satisfaction = users.satisfaction
        fixed = users.preferences.spread
        if users.tastes is not None:
            fixed = float(np.sqrt(np.mean(users.tastes.values.var(axis=0))))
        spreads = self.popularity, fixed, users.trend.spread, users.drift.spread
        self.scale = sqrt(sum(spread**2 for spread in spreads))

    def factors(self, ids, features, taste, satisfaction):
        """Return by what the value of each item is multiplied."""
        mood = 1.0
        if self.value is not None and self.satisfaction.value_effect:
            mood = 2.0 * sigmoid(np.array(self.satisfaction.value_effect * satisfaction))
        return [f * mood for f in self.by_utility(ids, features, taste)]

    def by_utility(self, ids, features, taste):
        if self.value is None or not self.value.effect:
            return [1.0] * len(ids)
        liked = cross(taste[None, :], features)[0]
        z = [(fit + self.popularity * normal(self.key, i)) / self.scale for i, fit in zip(ids, liked, strict=True)]
        return [np.exp(self.value.effect * one) for one in z]

    def pleased(self, shown, rows):
        """Return how much a slate pleases, from -1 to 1."""
        by = self.satisfaction.driven_by
        if by == "clicks":
            return 1.0 if any(row["clicked"] for row in rows) else -1.0
        if by == "value":
            usual = 1.0 if self.value is None else self.value.mean
            return min(1.0, sum(row["value"] for row in rows) / usual) * 2.0 - 1.0
        mean = sum(item["features"][int(by[8:-1])] for item in shown) / len(shown)
        return min(1.0, max(-1.0, (mean - 0.5) * 2.0))

    def mean(self, factor, slow):
        """Return the mean value of an outcome, reversals included, of a user whose answers are slow by a factor."""
        kept = 1.0
        if self.reversal is not None:
            within = np.array(np.inf if self.reversal.window is None else self.reversal.window)
            kept = 1.0 - self.reversal.rate * float(self.reversal.delay.cdf_at(within, np.array([slow]))[0])
        if self.value is None:
            return kept
        amount = self.value.amount
        return (amount if isinstance(amount, float) else amount.mean) * kept * factor

    def of(self, row, key, item, factor, slow):
        """Return what a settled impression counts, says to the log, and is worth in the mean."""
        amount = self.drawn(key, item, row["outcome"], factor)
        value, label = 0.0 if row["reversed"] else amount, amount if row["credited"] else 0.0
        return {"value": value, "label": label, "worth": self.mean(factor, slow)}

    def drawn(self, key, item, outcome, factor):
        """Return the value of an outcome, 0 where there is none."""
        if not outcome or self.value is None:
            return float(outcome)
        amount = self.value.amount
        if not isinstance(amount, float):
            own = child(child(key, int(Stream.VALUE)), item)
            amount = float(amount.draw(np.array([own]), np.zeros(1)).delay[0])
        return float(amount * factor)
