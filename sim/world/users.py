"""The users' latent state, and how a visit changes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from sim.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Slates = Callable[[], tuple[Floats, Ints]]


@dataclass(frozen=True)
class States:
    """States of users between two visits, one user per row.

    Of all users, or of one user per row.

    What the world has no use for has no rows, and costs nothing.

    Attributes:
        visit: ``(n,)`` number of the next visit.
        tau: ``(n,)`` its clock reading (see `Visits`); within a session that of its first visit.
        next_at: ``(n,)`` its instant, seconds.
        last_at: ``(n,)`` the instant of the visit before, 0 at first; where users remember.
        satisfaction: ``(n,)`` after that visit; where it has a say in the next one.
        stretch: ``(n,)`` of the gap before the next visit's session; where satisfaction stretches gaps of sessions.
        patience: ``(n,)`` what is then left of the threshold of leaving; where satisfaction has a say in it.
        satiation: ``(n, dim)`` right after that visit; where there is any.
        drift: ``(n, dim)`` at ``knot``; where there is any.
        knot: ``(n,)``; likewise.
        recent: ``(n, dim)`` sum of clicks at ``recent_at`` (see `RecentClicks`); where it is observed.
        recent_at: ``(n,)`` seconds; likewise.
        waiting: ``(n,)`` the list of the clicks that are not in it; likewise.
    """

    visit: Ints
    tau: Floats
    next_at: Floats
    last_at: Floats
    satisfaction: Floats
    stretch: Floats
    patience: Floats
    satiation: Floats
    drift: Floats
    knot: Ints
    recent: Floats
    recent_at: Floats
    waiting: Ints

    def take(self, rows: NDArray[np.intp]) -> States:
        """Return the states of some rows."""
        columns = vars(self).items()
        return States(**{name: column.take(rows, axis=0) if len(column) else column for name, column in columns})

    def put(self, rows: NDArray[np.intp], other: States) -> None:
        """Overwrite rows in place.

        Of a row given twice the last counts.
        """
        for name, column in vars(self).items():
            if len(column):
                column[rows] = getattr(other, name)

    @staticmethod
    def join(parts: list[States]) -> States:
        """Return the rows of several parts, one after another."""
        return States(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(States)})


class UserDynamics:
    """How a visit moves satiation and satisfaction.

    Args:
        scenario: the world.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._satiation = scenario.users.satiation
        self._satisfaction = scenario.users.satisfaction
        self.satiates = self._satiation.strength > 0 and scenario.users.preferences.dim > 0
        self.cares = scenario.users.moods
        self.recalls = scenario.users.observed.recent is not None

    @property
    def remembers(self) -> bool:
        """Whether a user's next visit depends on the last slate."""
        return self.satiates or self.cares or self.recalls

    def after(self, state: States, at: Floats, pleased: Floats | None, slates: Slates) -> States:
        """Return states right after visits.

        Args:
            state: at the visits.
            at: ``(n,)`` instants, seconds.
            pleased: ``(n,)`` by how much the slates please, from -1 to 1, where satisfaction has a say.
            slates: returns features of items, ``(m, dim)``, and rows of these that were shown, ``(n, size)``.
        """
        satiation, satisfaction = state.satiation, state.satisfaction
        if self.satiates:
            satiation = self.satiate(satiation, *slates())
        if pleased is not None:
            satisfaction = self.please(satisfaction, at - state.last_at, pleased)
        last_at = at if self.remembers else state.last_at
        return replace(state, satiation=satiation, satisfaction=satisfaction, last_at=last_at)

    def worn_off(self, satiation: Floats, age: Floats) -> Floats:
        """Return satiation ``(n, dim)`` after ``age`` ``(n,)`` seconds."""
        return np.asarray(satiation * np.exp2(-age / self._satiation.half_life)[:, None])

    def satiate(self, satiation: Floats, features: Floats, shown: Ints) -> Floats:
        """Return satiation after slates ``shown`` ``(n, size)`` of items.

        The items have ``features`` ``(m, dim)``.
        """
        size = shown.shape[1]
        total = features.take(shown[:, 0], axis=0)
        for k in range(1, size):
            total += features.take(shown[:, k], axis=0)
        total /= size
        total *= self._satiation.strength
        total += satiation
        return total

    def please(self, satisfaction: Floats, age: Floats, pleased: Floats) -> Floats:
        """Return satisfaction ``(n,)`` after visits that please so much."""
        kept: Floats = np.exp2(-age / self._satisfaction.half_life)
        return kept * satisfaction + (1.0 - kept) * pleased
