"""What is known of one request besides its user."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from sim.draws import Stream, child, normal, root
from sim.ports import cross

DAY = 86400


class Context:
    def __init__(self, scenario, seed, replication):
        self.about, self.dim = scenario.users.context, scenario.users.preferences.dim
        self.effects = root(seed, replication, Stream.CONTEXT_EFFECT)

    def of(self, now, key):
        """Return the numbers of a request by their names' numbers, and how many of them are shown."""
        day, rest = divmod(Fraction(now), DAY)
        hour, weekday = 2.0 * np.pi / DAY * float(rest), 2.0 * np.pi / 7 * float(day % 7)
        draws = [float(normal(child(key, int(Stream.CONTEXT)), lane)) for lane in range(self.about.dim)]
        numbers = {}
        if self.about.hour:
            numbers |= {0: np.sin(hour), 1: np.cos(hour)}
        if self.about.weekday:
            numbers |= {2: np.sin(weekday), 3: np.cos(weekday)}
        hidden = self.about.dim - int(np.ceil(self.about.seen * self.about.dim))
        numbers |= {4 + lane: draw for lane, draw in enumerate(draws)}
        return numbers, len(numbers) - hidden

    def moved(self, taste, numbers):
        """Return a taste in a context."""
        if not self.about.spread:
            return taste
        weights = np.array(
            [[float(normal(child(self.effects, row), name)) for name in numbers] for row in range(self.dim)]
        )
        return taste + self.about.spread / np.sqrt(len(numbers)) * cross(np.array([[*numbers.values()]]), weights)[0]
