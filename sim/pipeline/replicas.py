"""Replicas, which load a version one after another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, root, uniform
from sim.laws.instants import PER_SECOND, microseconds, plus
from sim.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Replicas:
    """The replicas of users, and when they load versions.

    Args:
        scenario: the world.
        seed: the run's seed.
        replication: its replication.

    Attributes:
        count: how many there are that differ.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int) -> None:
        serving = scenario.platform.serving
        self.count = serving.replicas if serving.rollout > 0 else 1  # else they are all alike
        self._key = root(seed, replication, Stream.REPLICA)
        steps = np.floor(np.arange(self.count) * (microseconds(serving.rollout) / max(1, self.count - 1)))
        self._later: Floats = steps / PER_SECOND

    def of(self, user: Ints) -> Ints:
        """Return the replica of each user, ``(n,)``."""
        if self.count == 1:
            return np.zeros(len(user), dtype=np.int64)
        place = (uniform(self._key, user) * self.count).astype(np.int64)
        return np.asarray(np.minimum(place, self.count - 1, out=place))  # a product may be rounded up

    def loads(self, at: float) -> Floats:
        """Return when each replica loads what went live."""
        return plus(np.full(self.count, at), self._later)
