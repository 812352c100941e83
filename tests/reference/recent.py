"""One user's clicks as features, click by click."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from tests.reference.instants import on_paper, plus


class Recent:
    def __init__(self, scenario):
        self.about = scenario.users.observed.recent
        self.on, self.dim = self.about is not None, scenario.users.preferences.dim
        self.total, self.since, self.waiting = np.zeros(self.dim), 0.0, []

    def at(self, now):
        """Return the features of a request now: what the log has had for long enough is added, the oldest first."""
        if not self.on:
            return []
        looked = now
        if self.about.refresh:
            every = on_paper(self.about.refresh)
            looked = float((on_paper(now) or Fraction(now)) // every * every)
        self.total = self.total * np.exp2(-(looked - self.since) / self.about.half_life)
        self.since = looked
        waiting, self.waiting = self.waiting, []
        for click in waiting:
            if click["logged_at"] <= plus(looked, -self.about.latency) and click["request_at"] < now:
                age = looked - click["request_at"]
                self.total = self.total + np.exp2(-age / self.about.half_life) * click["features"]
            else:
                self.waiting.append(click)
        return self.total

    def click(self, now, features, logged_at):
        """Remember a click, of which the log will have an entry."""
        self.waiting.append({"request_at": now, "features": features, "logged_at": logged_at})
