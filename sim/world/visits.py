"""The times of users' visits.

Evenly spaced, or Poisson with a daily and a weekly cycle and a satisfaction.

A Poisson user's clock runs in *expected visits*: visit n happens when the integrated rate reaches
``tau_n = tau_{n-1} + E_n * exp(-return_effect * satisfaction)`` with ``E_n`` exponential of mean 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, child, exponential
from sim.laws.instants import PER_SECOND, microseconds
from sim.scenario import Scenario
from sim.world.users import States
from sim.world.visit_clock import VisitClock

_ROUNDING = 1e-9  # more than what inverting a rate by Newton steps can be off
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Visits:
    """The visit process of all users of a scenario.

    Args:
        scenario: the world.
        root: key of the user and visit draws.
    """

    def __init__(self, scenario: Scenario, root: np.uint64) -> None:
        visits = scenario.users.visits
        self._rate = visits.rate
        self._count = scenario.users.count
        if visits.every is not None:
            self._every = microseconds(visits.every)
            self._later = _staggered(int(self._every), self._count)
        self._effect = scenario.users.satisfaction.return_effect
        self._stretches = self._effect != 0 and self._rate is not None
        self._clock = VisitClock(scenario)
        self._user_keys = child(root, np.arange(self._count))

    def keys(self, user: Ints, visit: Ints) -> NDArray[np.uint64]:
        """Return the key of each visit ``(user, visit)``.

        It is the root of all that is drawn for the visit.
        """
        return child(self._user_keys.take(user), visit)

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
        return self.stretch(state.satisfaction) if self._stretches else np.ones(len(state.visit))

    def soonest(self, tau: Floats, user: Ints, visit: Ints) -> Floats:
        """Return instants before which ``visit`` cannot happen.

        Whatever the users think of what they see.

        ``tau`` is the clock reading of the visit before; satisfaction lies in [-1, 1].
        """
        if self._clock.steep:
            return np.zeros(len(tau))
        happiest = np.full(len(tau), np.sign(self._effect))
        reading = self.tau(tau, user, visit, happiest)
        return self.instant(reading, user, visit) * (1.0 - _ROUNDING)

    def ahead(self, tau: Floats, user: Ints, visit: Ints, count: int) -> tuple[Floats, Floats, Ints]:
        """Return users' next ``count`` visits.

        For visits that do not depend on what was shown.

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
        return readings, self.instant(readings, user[:, None], later), later

    def instant(self, tau: Floats, user: Ints, visit: Ints) -> Floats:
        """Return the instants of clock readings ``tau``, in seconds."""
        if self._rate is None:
            return np.asarray((self._every * (visit + 1) + self._later.take(user)) / PER_SECOND)
        return self._clock.instant(tau / self._rate)


def _staggered(every: int, count: int) -> Floats:
    """Return each user's delay after the first user in microseconds.

    ``every * user / count``, rounded down.
    """
    user, (steps, rest) = np.arange(count), divmod(every, count)
    return (steps * user + rest * user // count).astype(np.float64)  # every * user might not fit
