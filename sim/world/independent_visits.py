"""The visits of users who remember nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.tuning import Tuning
from sim.world.users import States
from sim.world.visits import Moment, Visits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_Coming = tuple[Ints, Ints, Floats, Floats, tuple[Floats, Floats] | None]


def visits_until(
    until: float, users: Ints, at: Floats, states: States, visits: Visits, per_user: float, tuning: Tuning
) -> _Coming:
    """Return all visits of users until an instant.

    Args:
        until: seconds.
        users: who come until then.
        at: when each comes first.
        states: of all users.
        visits: when visits come.
        per_user: visits of a user a second, about.
        tuning: sizes.

    Returns:
        Users, numbers, clock readings and instants of the visits; and readings and instants of the visits after them,
        where they are known.
    """
    first = users, states.visit.take(users), states.tau.take(users), at
    if visits.one_by_one or len(users) > tuning.users_at_once:
        return _one_at_a_time(until, *first, states, visits)
    return _many_at_a_time(until, *first, visits, per_user, tuning.visits_ahead)


def _one_at_a_time(
    until: float, users: Ints, visit: Ints, tau: Floats, at: Floats, states: States, visits: Visits
) -> _Coming:
    """Compute one visit of all at a time.

    Most come once or twice.
    """
    parts, indifferent, none = [], states.satisfaction, np.empty(0)
    while len(users):
        later = visit + 1
        next_tau, next_at, *_ = visits.following(Moment(tau, at, none, none), users, later, indifferent)
        parts.append((users, visit, tau, at, next_tau, next_at))
        again = np.flatnonzero(next_at <= until)
        users, visit, tau, at = users[again], later[again], next_tau[again], next_at[again]
    users, visit, tau, at, next_tau, next_at = map(np.concatenate, zip(*parts, strict=True))
    return users, visit, tau, at, (next_tau, next_at)


def _many_at_a_time(
    until: float, users: Ints, visit: Ints, tau: Floats, at: Floats, visits: Visits, per_user: float, most: int
) -> _Coming:
    """Compute many visits of each at a time.

    They come often.
    """
    parts = [(users, visit, tau, at)]
    while len(users):
        span = (until - at.min()) * per_user
        count = int(min(most, 1.2 * span + 2))
        readings, instants, numbers = visits.ahead(tau, users, visit, count)
        row, column = found = np.nonzero(instants <= until)
        users, visit, tau, at = users[row], numbers[found], readings[found], instants[found]
        parts.append((users, visit, tau, at))
        more = np.flatnonzero(column == count - 1)
        users, visit, tau, at = users[more], visit[more], tau[more], at[more]
    users, visit, tau, at = map(np.concatenate, zip(*parts, strict=True))
    return users, visit, tau, at, None
