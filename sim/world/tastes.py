"""Users' tastes, their changes, and their visible part.

What each user likes, how it wanders, jumps and wears off, and what of it can be seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, child, normal, normals, root, uniform
from sim.scenario import Scenario
from sim.scenario.population import Population
from sim.tuning import TUNING, Tuning
from sim.world.ornstein_uhlenbeck import CommonPath, OUProcess
from sim.world.own_vectors import OwnVectors

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Shift:
    """An abrupt common move of some of the users.

    Attributes:
        at: seconds.
        moved: ``(users,)`` whether a user is among them.
        vector: ``(dim,)`` what is added to their taste from ``at`` on.
    """

    at: float
    moved: NDArray[np.bool_]
    vector: Floats


class Tastes:
    """The quantities that depend only on user and time.

    They are the same for every agent.

    Args:
        scenario: the world.
        seed: the run's seed.
        replication: its replication.
        tuning: sizes.
        seen: ``(users, k)`` what agents see of the users besides their taste; None: nothing.
    """

    def __init__(
        self, scenario: Scenario, seed: int, replication: int, tuning: Tuning = TUNING, seen: Floats | None = None
    ) -> None:
        self._tuning = tuning
        users = scenario.users
        self.dim = users.preferences.dim
        everyone = np.arange(Population(scenario, seed, replication).count)

        def per_user(stream: Stream, dim: int) -> Floats:
            return normals(child(root(seed, replication, stream), everyone), dim)

        self.base = users.preferences.spread * per_user(Stream.BASE_TASTE, self.dim)
        if users.preferences.mean:
            self.base += users.preferences.mean
        if users.tastes is not None:
            key = root(seed, replication, Stream.USER_VECTOR)
            self.base = OwnVectors(users.tastes, users.count, key).of(everyone)
        self.features = self._observe(scenario, per_user, seen)
        self.features.setflags(write=False)  # agents are shown parts of it
        self._trend = self._common(scenario, root(seed, replication, Stream.TREND))
        drifts = users.drift.spread > 0 and self.dim > 0
        self._drift = OUProcess(users.drift.half_life, users.drift.spread, self.dim, tuning) if drifts else None
        self._drift_keys = child(root(seed, replication, Stream.DRIFT), everyone)
        self._shifts = _shifts(scenario, self.dim, root(seed, replication, Stream.SHIFT), everyone)
        fixed = users.preferences.spread if users.tastes is None else users.tastes.spread
        spreads = (fixed, users.trend.spread, users.drift.spread)
        self.scale = float(np.sqrt(sum(s * s for s in spreads)))

    def _observe(self, scenario: Scenario, per_user: object, besides: Floats | None) -> Floats:
        observed = scenario.users.observed
        seen = int(np.ceil(observed.share * self.dim))
        profile = self.base[:, :seen]
        if observed.noise:
            profile = profile + observed.noise * per_user(Stream.OBSERVATION, seen)  # type: ignore[operator]
        return np.hstack([np.ones((len(profile), 1)), profile, *([] if besides is None else [besides])])

    def _common(self, scenario: Scenario, key: np.uint64) -> CommonPath | None:
        trend = scenario.users.trend
        if trend.spread == 0 or self.dim == 0:
            return None
        return CommonPath(OUProcess(trend.half_life, trend.spread, self.dim, self._tuning), key, self._tuning)

    @property
    def drifts(self) -> bool:
        """Whether users have a wander of their own."""
        return self._drift is not None

    def drift_start(self) -> Floats:
        """Return all users' drift at knot 0, ``(users, dim)``.

        No rows when there is no drift.
        """
        if self._drift is None:
            return np.zeros((0, self.dim))
        return self._drift.start(self._drift_keys)

    def drift(self, at: Floats, user: Ints, value: Floats, knot: Ints) -> tuple[Floats, Ints]:
        """Return the drift ``(n, dim)`` at ``at`` and its knot.

        Computed from the drift at an earlier knot.
        """
        if self._drift is None:
            return value, knot
        until = self._drift.knot(at)
        return self._drift.advance(self._drift_keys[user], value, knot, until), until

    def at(self, at: Floats, user: Ints, drift: Floats) -> Floats:
        """Return tastes ``(n, dim)`` at instants ``(n,)``, drift included, satiation not."""
        taste = self.base.take(user, axis=0)
        if self._trend is not None:
            taste = taste + self._trend.at(at)
        if self._drift is not None:
            taste = taste + drift
        for shift in self._shifts:
            hit = (at >= shift.at) & shift.moved[user]
            if hit.any():
                taste = np.where(hit[:, None], taste + shift.vector, taste)
        return taste

    def forget(self, before: float) -> None:
        """Drop what no instant from ``before`` on needs."""
        if self._trend is not None:
            self._trend.forget(before)


def _shifts(scenario: Scenario, dim: int, key: np.uint64, everyone: Ints) -> list[Shift]:
    shifts = []
    for number, shift in enumerate(scenario.users.shifts):
        own = child(key, number)
        moved = uniform(child(own, 1), everyone) < shift.share
        direction = normal(child(own, 0), np.arange(dim))
        vector = shift.size * direction / np.sqrt(np.sum(direction * direction))
        shifts.append(Shift(shift.at, moved, vector))
    return shifts
