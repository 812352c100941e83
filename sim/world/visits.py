"""The times of users' visits.

Evenly spaced, or Poisson with a daily and a weekly cycle and a satisfaction.

A Poisson user's clock runs in *expected visits*: visit n happens when the integrated rate reaches
``tau_n = tau_{n-1} + E_n * exp(-return_effect * satisfaction)`` with ``E_n`` exponential of mean 1. Where visits come
in sessions, that is the first of a session, and ``tau_{n-1}`` the reading at the last one of the session before.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, child, exponential
from sim.laws.instants import PER_SECOND, microseconds
from sim.scenario import Scenario
from sim.scenario.population import Population
from sim.world.leaving import Leaving
from sim.world.sessions import Sessions
from sim.world.users import States
from sim.world.visit_clock import VisitClock

_ROUNDING = 1e-9  # more than what inverting a rate by Newton steps can be off
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Moment(NamedTuple):
    """When users' visits happen.

    Attributes:
        tau: ``(n,)`` clock readings, within a session those of its first visit.
        at: ``(n,)`` instants, seconds.
        stretch: ``(n,)`` by which satisfaction stretched the gap before their session; no rows where nobody asks.
        patience: ``(n,)`` what is left of the threshold of leaving; likewise.
    """

    tau: Floats
    at: Floats
    stretch: Floats
    patience: Floats

    @staticmethod
    def of(state: States) -> Moment:
        """Return when the next visits of users happen."""
        return Moment(state.tau, state.next_at, state.stretch, state.patience)


class Visits:
    """The visit process of all users of a scenario.

    Args:
        scenario: the world.
        root: key of the user and visit draws.
        population: who is there from when on.
        leaving: who leaves when.
        factor: ``(users,)`` of the visit rate; None: 1 for all.

    Attributes:
        one_by_one: whether a visit can only be computed from the one before.
        keeps_stretch: whether the stretch of a gap is needed later than at the visit after it.
    """

    def __init__(
        self,
        scenario: Scenario,
        root: np.uint64,
        population: Population,
        leaving: Leaving,
        factor: Floats | None = None,
    ) -> None:
        visits = scenario.users.visits
        self._rate = visits.rate
        self._rates = None if factor is None or visits.rate is None else visits.rate * factor
        self._arrived_at, self._leaving = population.arrived_at, leaving
        if visits.every is not None:
            self._every = microseconds(visits.every)
            staggered = _staggered(int(self._every), scenario.users.count)
            self._later = np.concatenate([staggered, population.late * PER_SECOND])
        self._effect = scenario.users.satisfaction.return_effect
        self._stretches = self._effect != 0 and self._rate is not None
        self._clock = VisitClock(scenario)
        session = visits.session
        self._sessions = Sessions(session) if session is not None and visits.in_sessions else None
        self.one_by_one = self._sessions is not None
        self.keeps_stretch = self._stretches and self._sessions is not None
        self._user_keys = child(root, np.arange(population.count))

    def keys(self, user: Ints, visit: Ints) -> NDArray[np.uint64]:
        """Return the key of each visit ``(user, visit)``.

        It is the root of all that is drawn for the visit.
        """
        return child(self._user_keys.take(user), visit)

    def first(self) -> Moment:
        """Return when the first visits of all users happen."""
        user = np.arange(len(self._arrived_at))
        none = np.zeros(len(user), dtype=np.int64)
        arrived = np.zeros(len(user)) if self._rate is None else self._reading(self._arrived_at, user)
        tau = self.tau(arrived, user, none, np.zeros(len(user)))
        at = self._there(self.instant(tau, user, none), user)
        stretch, patience = np.ones(len(user) if self.keeps_stretch else 0), np.empty(0)
        if self._leaving.by_state:
            at, patience = self._leaving.after_arrival(at, user)
        return Moment(tau, at, stretch, patience)

    def following(self, before: Moment, user: Ints, visit: Ints, satisfaction: Floats) -> Moment:
        """Return when ``visit`` happens.

        Args:
            before: the visits before.
            user: ``(n,)``.
            visit: ``(n,)`` numbers of the visits, at least 1.
            satisfaction: ``(n,)`` after the visits before; not read where it has no say.
        """
        moment = self._following(before, user, visit, satisfaction)
        if not self._leaving.by_state:
            return moment
        at, patience = self._leaving.after(before.patience, before.at, moment.at, satisfaction)
        return moment._replace(at=at, patience=patience)

    def _following(self, before: Moment, user: Ints, visit: Ints, satisfaction: Floats) -> Moment:
        """Return when a visit happens.

        If the user has not left by what satisfaction does.
        """
        if self._sessions is None:
            tau = self.tau(before.tau, user, visit, satisfaction)
            return before._replace(tau=tau, at=self._there(self.instant(tau, user, visit), user))
        keys = self.keys(user, visit)
        begins = np.flatnonzero(~self._sessions.goes_on(keys))
        tau, stretch, at = before.tau.copy(), before.stretch.copy(), self._sessions.instant(keys, before.at)
        since = before.at.take(begins)
        gap = exponential(child(keys.take(begins), int(Stream.GAP)), 0)
        if self._stretches:
            own = self.stretch(satisfaction.take(begins))
            gap *= own
            stretch[begins] = own
        tau[begins] = self._reading(since, user.take(begins)) + gap
        at[begins] = np.maximum(self.instant(tau.take(begins), user.take(begins), visit), since)
        return before._replace(tau=tau, at=self._there(at, user), stretch=stretch)

    def tau(self, tau: Floats, user: Ints, visit: Ints, satisfaction: Floats) -> Floats:
        """Return the clock reading of ``visit``.

        ``tau`` is that of the visit before.
        """
        if self._rate is None:
            return tau
        gap = exponential(child(self.keys(user, visit), int(Stream.GAP)), 0)
        if self._effect:
            gap = gap * self.stretch(satisfaction)
        return tau + gap

    def stretch(self, satisfaction: Floats) -> Floats:
        """Return the stretch factor ``(n,)`` of the next gap.

        The gap to the next visit is longer by it than without satisfaction.
        """
        return np.asarray(np.exp(-self._effect * satisfaction))

    def weight(self, state: States) -> Floats:
        """Return the stretch ``(n,)`` of the gap before each visit.

        It is 1 at a first visit.

        It is known before the visit, so that sums over visits with these weights are, in the mean, integrals over a
        clock that runs at the base rate, whoever comes more often (Campbell's formula for a point process with a
        stochastic rate: https://en.wikipedia.org/wiki/Campbell%27s_theorem_(probability)).
        """
        if not self._stretches:
            return np.ones(len(state.visit))
        return state.stretch if self.keeps_stretch else self.stretch(state.satisfaction)

    def soonest(self, before: Moment, user: Ints, visit: Ints) -> Floats:
        """Return instants before which ``visit`` cannot happen.

        Whatever the users think of what they see: satisfaction lies in [-1, 1].
        """
        if self._clock.steep:
            return np.zeros(len(user))
        happiest = np.full(len(user), np.sign(self._effect))
        return self._following(before, user, visit, happiest).at * (1.0 - _ROUNDING)

    def ahead(self, tau: Floats, user: Ints, visit: Ints, count: int) -> tuple[Floats, Floats, Ints]:
        """Return users' next ``count`` visits.

        For visits that do not depend on what was shown, and come alone.

        Args:
            tau: ``(n,)`` clock readings of the users' visits ``visit``.
            user: ``(n,)``.
            visit: ``(n,)``.
            count: visits after those.

        Returns:
            Clock readings, instants and numbers of the visits, ``(n, count)`` each.
        """
        later = visit[:, None] + np.arange(1, count + 1)
        readings = np.repeat(tau[:, None], count + 1, axis=1)
        if self._rate is not None:
            keys = self.keys(user[:, None], later)
            readings[:, 1:] = exponential(child(keys, int(Stream.GAP)), 0)
            readings = np.add.accumulate(readings, axis=1)  # the same sums as one visit after another
        readings = readings[:, 1:]
        at = self.instant(readings, user[:, None], later)
        return readings, self._there(at, user[:, None]), later

    def instant(self, tau: Floats, user: Ints, visit: Ints) -> Floats:
        """Return the instants of clock readings ``tau``, in seconds."""
        if self._rate is None:
            return np.asarray((self._every * (visit + 1) + self._later.take(user)) / PER_SECOND)
        return self._clock.instant(tau / self._rate_of(user))

    def _there(self, at: Floats, user: Ints) -> Floats:
        """Return instants of visits.

        Infinite for who has left before, whatever they saw.
        """
        return self._leaving.there(at, user) if self._leaving.on and not self._leaving.by_state else at

    def _reading(self, at: Floats, user: Ints) -> Floats:
        """Return the clock readings of instants."""
        return self._clock.reading(at) * self._rate_of(user)

    def _rate_of(self, user: Ints) -> Floats | float:
        """Return the visit rate of users, a second."""
        assert self._rate is not None
        return self._rate if self._rates is None else self._rates.take(user)


def _staggered(every: int, count: int) -> Floats:
    """Return each user's delay after the first user in microseconds.

    ``every * user / count``, rounded down.
    """
    user, (steps, rest) = np.arange(count), divmod(every, count)
    return (steps * user + rest * user // count).astype(np.float64)  # every * user might not fit
