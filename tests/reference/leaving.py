"""When one user leaves: a threshold that the hazard uses up, gap by gap."""

from __future__ import annotations

import numpy as np

from sim.draws import Stream, exponential, root


class Patience:
    """What is left of a user's threshold at the last visit."""

    def __init__(self, scenario, seed, replication, user, arrived_at):
        leaving = scenario.users.leaving
        self.effect = 0.0 if leaving is None else leaving.satisfaction_effect
        self.rate, self.arrived_at, self.last_at = None if leaving is None else leaving.rate, arrived_at, arrived_at
        self.left = self.threshold = float(exponential(root(seed, replication, Stream.LEAVING), user))

    def ends(self, at, satisfaction):
        """Return whether the user has left by ``at``, the next visit."""
        if self.rate is None:
            return False
        if not self.effect:  # the same hazard all the time
            return at >= self.arrived_at + self.threshold / self.rate
        self.left = self.left - self.rate * np.exp(-self.effect * satisfaction) * (at - self.last_at)
        self.last_at = at
        return self.left <= 0.0
