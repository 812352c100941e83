"""How many users there are, and how often they come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.fit_world.found import WIDE, Estimate, Floats, Part, Unknown, length, rate, whole
from sim.analysis.fit_world.log import Log
from sim.analysis.fit_world.seasonality import seasonality_part
from sim.analysis.fit_world.sessions import sessions_part
from sim.lazy import lazy

if TYPE_CHECKING:
    import scipy.optimize as scipy_optimize
else:
    scipy_optimize = lazy("scipy.optimize")

_UNEVEN = 3.0  # standard errors of the dispersion of visits per user
_EVEN_GAPS = 1e-4  # relative differences of gaps that are of a schedule
_ENOUGH = 100  # gaps that tell bursts
_CLOSE, _BURSTS = 0.05, 0.12  # share of a user's mean gap; share of gaps below it, 0.05 if they are Poisson
_ALL_SEEN = 0.005  # share of the users that were not seen


@dataclass(frozen=True)
class Seen:
    """Visits per user, of users who came at least once.

    Attributes:
        mean: of all users, also those who never came, if visits of users with equal rates are Poisson.
        error: its standard error.
        uneven: standard errors by which the counts vary more than that.
    """

    mean: float
    error: float
    uneven: float

    @property
    def unseen(self) -> float:
        """The probability that a user never comes."""
        return float(np.exp(-self.mean))


def fit_seen(counts: Floats) -> Seen:
    """Fit a zero-truncated Poisson law to visits per user.

    Its mean m solves ``m / (1 - exp(-m)) = mean of the counts``; its variance is the sandwich over users.

    Args:
        counts: ``(users,)`` at least 1 each.
    """
    n, average = len(counts), float(counts.mean())
    if average <= 1.0:
        return Seen(0.0, np.inf, 0.0)
    m = float(scipy_optimize.brentq(lambda m: m / -np.expm1(-m) - average, 1e-9, average + 1.0))
    slope = (1.0 - (1.0 + m) * np.exp(-m)) / np.expm1(-m) ** 2  # of the mean of the counts by m
    spread, expected = float(counts.var(ddof=1)) if n > 1 else average, average * (1.0 + m - average)
    uneven = (spread / expected - 1.0) * np.sqrt((n - 1) / (2.0 + 1.0 / average)) if n > 1 else 0.0
    return Seen(m, float(np.sqrt(max(spread, expected) / n) / slope), float(uneven))


def visits_part(log: Log, users: int | None) -> Part:
    """Return users, visit rate, daily and weekly cycle.

    Args:
        log: the log.
        users: how many there are, also those who never came; None: not known.
    """
    counts = np.bincount(log.visitor, minlength=log.users).astype(float)
    if (gap := _schedule(log)) is not None:
        every = Estimate("users.visits.every", gap, None, None, length, "all gaps are equal")
        return Part((_exactly(users or log.users), every))
    seasonality, cycle = seasonality_part(log)
    start = float(log.at[0])
    seconds = log.end - start if cycle is None else cycle.exposure(start, log.end)
    bursts = _bursts(log)
    if bursts and (sessions := sessions_part(log, cycle)) is not None:
        return _in_sessions(sessions, log.users, users, seconds) + seasonality
    part = _given(counts, users, seconds) if users is not None else _estimated(counts, seconds)
    unknown = (Unknown("users.visits.session", bursts),) if bursts else ()
    return part + seasonality + Part(unknown=unknown)


def _in_sessions(sessions: Part, seen: int, users: int | None, seconds: float) -> Part:
    """Return users, where the rate is that of sessions."""
    rate = sessions.get("users.visits.rate")
    assert rate is not None
    unseen = float(np.exp(-rate.value * seconds))
    if users is not None or unseen < _ALL_SEEN / seen:
        return Part((_exactly(users or seen),)) + sessions
    why = f"if all come alike, {unseen:.2g} of the users never came; --users N says how many there are."
    return Part((replace(_exactly(seen), note="those seen"),), (Unknown("users.count", why),)) + sessions


def _given(counts: Floats, users: int, seconds: float) -> Part:
    everybody = np.append(counts, np.zeros(users - len(counts)))
    mean = float(everybody.mean())
    error = float(np.sqrt(max(everybody.var(ddof=1), mean) / users)) if users > 1 else np.sqrt(mean)
    return Part((_exactly(users), _rate(mean, error, seconds, "of all users; rates may differ")))


def _exactly(users: int) -> Estimate:
    return Estimate("users.count", users, None, None, whole)


def _estimated(counts: Floats, seconds: float) -> Part:
    seen, n = fit_seen(counts), len(counts)
    if seen.mean and seen.uneven < _UNEVEN:
        return Part((_everybody(seen, n), _rate(seen.mean, seen.error, seconds, "of each user, all alike")))
    mean = float(counts.mean())
    error = np.sqrt(max(float(counts.var(ddof=1)), mean) / n) if n > 1 else np.sqrt(mean)
    why = "users come at different rates (or in sessions, or not all the time)" if seen.mean else "nobody came twice"
    why += ", so the log does not say how many never came; --users N says how many there are."
    count = Estimate("users.count", n, None, None, whole, "those seen")
    return Part((count, _rate(mean, error, seconds, "of users seen")), (Unknown("users.count", why),))


def _everybody(seen: Seen, n: int) -> Estimate:
    """Return how many users there are, with those never seen.

    The variance is that of van der Heijden et al. 2003 (https://doi.org/10.1191/1471082X03st057oa): of who is seen, and
    of the estimated rate.
    """
    if seen.unseen < _ALL_SEEN / max(n, 1):
        return Estimate("users.count", n, None, None, whole, "all were seen")
    share = 1.0 - seen.unseen
    error = np.sqrt(n * seen.unseen / share**2 + (n * seen.unseen / share**2 * seen.error) ** 2)
    total = n / share
    return Estimate("users.count", total, max(total - WIDE * error, n), total + WIDE * error, whole, f"{n:,} seen")


def _rate(mean: float, error: float, seconds: float, note: str) -> Estimate:
    low, high = max(mean - WIDE * error, 1e-3 * mean), mean + WIDE * error
    return Estimate("users.visits.rate", mean / seconds, low / seconds, high / seconds, rate, note)


def _gaps(log: Log) -> tuple[Floats, Floats]:
    """Return gaps between visits, and each user's mean gap."""
    order = np.lexsort((log.visit_at, log.visitor))
    at, user = log.visit_at[order], log.visitor[order]
    inside = np.diff(user) == 0
    gap, whose = np.diff(at)[inside], user[1:][inside]
    count = np.bincount(whose, minlength=log.users)
    mean = np.bincount(whose, gap, log.users) / np.maximum(count, 1)
    enough = count[whose] >= 4
    return gap[enough], mean[whose][enough]


def _schedule(log: Log) -> float | None:
    """Return the gap of visits that come by a schedule."""
    gap, _ = _gaps(log)
    if len(gap) < 10 or np.ptp(gap) > _EVEN_GAPS * gap.mean():
        return None
    return float(np.median(gap))


def _bursts(log: Log) -> str:
    """Return what is said if visits come in bursts."""
    gap, mean = _gaps(log)
    if len(gap) < _ENOUGH or (share := float((gap < _CLOSE * mean).mean())) < _BURSTS:
        return ""
    return (
        f"{share:.0%} of the gaps are shorter than a twentieth of the user's mean gap, where Poisson visits have 5 %:"
        " visits come in sessions, but no law was found for them; rate counts visits."
    )
