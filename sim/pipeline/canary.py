"""The users who try a version first, and its test."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, root, uniform
from sim.laws.instants import plus
from sim.pipeline.columns import Columns
from sim.pipeline.welch import significantly_below
from sim.scenario import Replication
from sim.scenario.population import Population
from sim.scenario.serving import Canary

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class CanaryUsers:
    """The users who get a candidate, a fixed share.

    Args:
        share: of all users.
        seed: the run's seed.
        replication: its replication.
    """

    def __init__(self, share: float, seed: int, replication: int) -> None:
        self._share, self._key = share, root(seed, replication, Stream.CANARY)

    def of(self, user: Ints) -> Bools:
        """Return whether each user is one, ``(n,)``."""
        return uniform(self._key, user) < self._share


class CanaryTest:
    """The labels of both sides while a candidate is tried.

    Args:
        canary: how it is tried.
        users: who tries it.
        count: how many users there are.

    Attributes:
        ends: when the trial ends, seconds; None while there is none.
        untested: trials with too few users for a test.
    """

    def __init__(self, canary: Canary, users: CanaryUsers, count: int) -> None:
        self._canary, self._users, self._count = canary, users, count
        self._sum, self._labels = np.empty(0), np.empty(0, dtype=np.int64)
        self.ends: float | None = None
        self.untested = 0

    def begin(self, at: float) -> float:
        """Begin a trial, and return when it ends."""
        self._sum, self._labels = np.zeros(self._count), np.zeros(self._count, dtype=np.int64)
        self.ends = plus(at, self._canary.lasts)
        return self.ends

    def end(self) -> None:
        """End the trial."""
        self.ends = None

    def read(self, columns: Columns) -> None:
        """Read what is served now.

        Labels count that mature by the end.

        Args:
            columns: as the log takes them.
        """
        if self.ends is None:
            return
        label = columns["label"]
        user = np.repeat(columns["user"], len(label) // len(columns["user"]))
        known = columns["delivered_at"] <= self.ends
        if "reversed_at" in columns:
            label = np.where(columns["reversed_at"] <= self.ends, 0.0, label)
        np.add.at(self._sum, user[known], label[known])  # in order, whatever the block
        np.add.at(self._labels, user[known], 1)

    def fails(self) -> bool:
        """Return whether the candidate is significantly worse."""
        there = np.flatnonzero(self._labels)
        means, tries = self._sum[there] / self._labels[there], self._users.of(there)
        if min(np.count_nonzero(tries), np.count_nonzero(~tries)) < self._canary.least:
            self.untested += 1
            return False
        return significantly_below(means[tries], means[~tries], self._canary.margin)


def canary_of(replication: Replication) -> CanaryTest | None:
    """Return the test of a scenario's canary, None without one."""
    scenario, seed, number = replication.scenario, replication.seed, replication.number
    if (canary := scenario.platform.canary) is None:
        return None
    users = Population(scenario, seed, number).count
    return CanaryTest(canary, CanaryUsers(canary.share, seed, number), users)
