"""One user's taste at an instant, step by step."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from sim.draws import Stream, child, normal, root, uniform
from tests.reference.groups import group_of
from tests.reference.instants import on_paper
from tests.reference.items import drawn

R = 2.0 ** (-1.0 / 32)
FRESH = float(np.sqrt(1.0 - R * R))


class Path:
    """An Ornstein-Uhlenbeck path, walked knot by knot from the start."""

    def __init__(self, wander, dim, key):
        self.step = (on_paper(wander.half_life) or Fraction(wander.half_life)) / 32
        self.spread, self.key, self.lanes = wander.spread, key, np.arange(dim)
        self.values = [self.spread * normal(child(key, 0), self.lanes)]

    def at(self, now):
        knot = (on_paper(now) or Fraction(now)) // self.step
        while len(self.values) <= knot:
            noise = normal(child(self.key, len(self.values)), self.lanes)
            self.values.append(R * self.values[-1] + (self.spread * FRESH) * noise)
        return self.values[knot]


class Taste:
    """What a user likes, without satiation."""

    def __init__(self, scenario, seed, replication, user, trend):
        users, dim = scenario.users, scenario.users.preferences.dim
        lanes = np.arange(dim)

        def own(stream, lanes):
            return normal(child(root(seed, replication, stream), user), lanes)

        self.base = users.preferences.spread * own(Stream.BASE_TASTE, lanes) + users.preferences.mean
        if users.tastes is not None:
            self.base = drawn(users.tastes.values, user, users.count, root(seed, replication, Stream.USER_VECTOR))
        seen = int(np.ceil(users.observed.share * dim))
        profile = self.base[:seen] + users.observed.noise * own(Stream.OBSERVATION, np.arange(seen))
        shown = group_of(scenario, seed, replication, user)[1] if users.observed.group else []
        self.features = np.concatenate([[1.0], profile, shown])
        self.trend = trend
        drifts = dim and users.drift.spread
        self.drift = Path(users.drift, dim, child(root(seed, replication, Stream.DRIFT), user)) if drifts else None
        self.shifts = []
        for number, shift in enumerate(users.shifts):
            key = child(root(seed, replication, Stream.SHIFT), number)
            if uniform(child(key, 1), user) < shift.share:
                direction = normal(child(key, 0), lanes)
                self.shifts.append((shift.at, shift.size * direction / np.sqrt(np.sum(direction * direction))))

    def at(self, now):
        taste = self.base
        if self.trend is not None:
            taste = taste + self.trend.at(now)
        if self.drift is not None:
            taste = taste + self.drift.at(now)
        for at, vector in self.shifts:
            if now >= at:
                taste = taste + vector
        return taste
