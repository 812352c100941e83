"""Users who arrive and leave."""

from __future__ import annotations

import numpy as np
from scipy import stats

from sim import simulate

from ._claim import Claim, follows, near, share
from ._worlds import untrained, world

COUNT, DAYS, PER_DAY = 2000, 3.0, 24.0
_SOURCE = "immigration-death process: Poisson arrivals, exponential stays"


def leaving() -> list[Claim]:
    """After t days a share exp(-h t) is left; of those who arrive, a a day, a (1 - exp(-h t)) / h are there."""
    arrive, hazard = 600.0, 0.7
    requests = _requests(users__arrivals={"rate": f"{arrive} per day"}, users__leaving={"rate": f"{hazard} per day"})
    last = requests[requests.day > DAYS - 0.25]
    first, late = (last[last.user < COUNT].user.nunique(), last[last.user >= COUNT])
    # who is there for the last quarter of a day is seen in it, but for e^-6; the few who leave within it are let out
    per_hour = late.groupby(np.ceil((late.day - DAYS + 0.25) * 24)).size().to_numpy() / (PER_DAY / 24)
    mean = np.mean([arrive / hazard * (1 - np.exp(-hazard * t)) for t in np.linspace(DAYS - 0.25, DAYS, 101)])
    low, high = (np.exp(-hazard * t) for t in (DAYS, DAYS - 0.25))
    return [
        share("still there after three days", (low + high) / 2, first, COUNT, _SOURCE, slack=(high - low) / 2),
        near("arrived and there, by visits an hour", mean, per_hour, _SOURCE, slack=4 * np.sqrt(mean / 6)),
    ]


def arrivals() -> list[Claim]:
    """Gaps between arrivals are exponential; seen by first visits, which come an exponential time later."""
    requests = _requests(users__count=1, users__arrivals={"rate": "1000 per day"})
    first = requests[(requests.visit == 0) & (requests.user > 0)]
    early = first[first.day < DAYS - 0.5].day.to_numpy()  # all of whom are seen
    claim = "first visits of who arrives: distance from a uniform law, given their number"
    later = early[early > 0.5] - 0.5  # a day's wait for a first visit is over by e^-12
    return [follows(claim, later / (DAYS - 1.0), stats.uniform.cdf, "Poisson process, displaced (Bartlett's theorem)")]


def _requests(**changes: object):
    users = {"users__count": COUNT, "users__visits": {"rate": f"{PER_DAY} per day"}} | changes
    requests = simulate(world(horizon=DAYS * 86400.0, **users), untrained()).requests
    return requests.assign(day=requests.request_at / 86400.0)
