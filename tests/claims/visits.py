"""When users come: a Poisson process with a daily and a weekly cycle."""

from __future__ import annotations

import itertools

import numpy as np
from scipy import stats

from sim import simulate

from ._claim import Claim, follows, near
from ._worlds import untrained, world

USERS, DAYS, PER_DAY, SWING, PEAK = 400, 10, 24.0, 0.6, 0.75  # rates and instants in days
STAY = 0.8  # after each visit
WEEKLY = [1.0, 1.0, 1.0, 1.0, 1.2, 1.5, 0.2]
_SOURCE = "inhomogeneous Poisson process, rate r(1 + A cos 2 pi (t - peak))"


def daily_cycle() -> list[Claim]:
    """The visits between a and b have mean r [(b - a) + A / 2 pi (sin 2 pi (b - peak) - sin 2 pi (a - peak))]."""
    visits = _visits()
    claims = []
    for a in (0.0, 0.25, 0.5, 0.75):
        inside = visits[(visits.day % 1 > a) & (visits.day % 1 <= a + 0.25)]
        counts = inside.groupby("user").size().reindex(range(USERS), fill_value=0) / DAYS
        hours = f"{24 * a:.0f}-{24 * a + 6:.0f} h"
        claims.append(near(f"visits of a user, {hours}", _integrated(a + 0.25) - _integrated(a), counts, _SOURCE))
    return claims


def weekly_cycle() -> list[Claim]:
    """The visits of day d of a week have mean r f_d / mean(f), whatever the hour of the day makes of them."""
    visits = _visits(days=21, weekly=WEEKLY)
    claims = []
    for day in (0, 4, 6):
        inside = visits[visits.day.astype(int) % 7 == day]
        counts = inside.groupby("user").size().reindex(range(USERS), fill_value=0) / 3
        theory = PER_DAY * WEEKLY[day] / np.mean(WEEKLY)
        claims.append(near(f"visits of a user on day {day} of a week", theory, counts, _SOURCE))
    return claims


def rescaled_gaps() -> list[Claim]:
    """Measured in expected visits, the gaps of each user are exponential of mean 1 and independent."""
    visits = _visits()
    first = visits[visits.visit < 100].assign(clock=_integrated(visits.day))
    clock = first.sort_values(["user", "visit"]).clock.to_numpy().reshape(USERS, 100)
    gaps = np.diff(clock, axis=1, prepend=0.0)
    pairs = [np.corrcoef(before, after)[0, 1] for before, after in itertools.pairwise(gaps)]
    source = "time change of a Poisson process (Meyer 1971)"
    return [
        follows("rescaled gaps are Exp(1): distance", gaps.ravel(), stats.expon.cdf, source),
        near("rescaled gaps: autocorrelation", 0.0, [_lag(own) for own in gaps], source, slack=1 / 99),
        near("rescaled gaps of neighbouring users: correlation", 0.0, pairs, source),
    ]


def sessions() -> list[Claim]:
    """Sessions have 1 / (1 - q) visits in the mean; one begins every 1 / r + (1 / (1 - q) - 1) m in the long run."""
    session = {"stay": STAY, "gap": "lognormal(mean=10m, sigma=1)"}
    scenario = world(DAYS * 86400.0, users__count=USERS, users__visits={"rate": "24 per day", "session": session})
    requests = simulate(scenario, untrained()).requests.sort_values(["user", "visit"])
    late = requests[requests.request_at > 2 * 86400.0].groupby("user").size().reindex(range(USERS), fill_value=0)
    each = 1 / (1 - STAY)
    theory = (DAYS - 2) * each / (1 / PER_DAY + (each - 1) * 600 / 86400)
    return [near("visits of a user who comes in sessions", theory, late, "renewal-reward theorem")]


def _visits(days=DAYS, **more):
    visits = {"rate": f"{PER_DAY} per day", "daily_peak": "18:00", "daily_swing": SWING} | more
    scenario = world(horizon=days * 86400.0, users__count=USERS, users__visits=visits)
    requests = simulate(scenario, untrained()).requests
    return requests.assign(day=requests.request_at / 86400.0)


def _integrated(day):
    return PER_DAY * (day + SWING / (2 * np.pi) * (np.sin(2 * np.pi * (day - PEAK)) + np.sin(2 * np.pi * PEAK)))


def _lag(gaps: np.ndarray) -> float:
    return np.corrcoef(gaps[:-1], gaps[1:])[0, 1]
