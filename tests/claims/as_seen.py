"""What a dashboard shows of a time bucket, at its end and later."""

from __future__ import annotations

import numpy as np
from scipy import optimize

from agents import Agent, Never
from sim import simulate
from sim.ports import Observations, Slates

from ._claim import Claim, exact, near
from ._worlds import First, poisson, untrained, world

MEAN, INGEST, DAY = 86400.0, 600.0, 86400.0
HORIZON, RATE = 20 * DAY, 0.06
LOOKS = {"at_end": 0.0, "after_1d": DAY, "after_3d": 3 * DAY}
_SOONER = "p F(age) of both"
_MEAN_OF_F = "mean of F over the bucket's ages"


def shares() -> list[Claim]:
    """Every visit a click, delay exponential of mean m, ingest c: seen at a look is the mean of F(age - c).

    Ages are uniform over a bucket of width w. With u = max(0, age - c) running from x to y over the bucket,
    the mean of 1 - exp(-u/m) is (y - x - m (exp(-x/m) - exp(-y/m))) / w.
    """
    scenario = world(HORIZON, feedback__click__delay="exponential(mean=1d)", platform__ingest="10m", **poisson(RATE))
    curve = simulate(scenario, untrained()).curve
    width = HORIZON / 200
    ends = curve["at"].to_numpy()
    midnight = np.ceil(ends / DAY - 1e-9) * DAY - ends  # how long after the end of the bucket its day ends
    claims = []
    for name, after in LOOKS.items():
        own = curve[f"seen/click/{name}"]
        claims.append(_near(f"bucket, {name}", own, _mean_of_f(np.full(200, after), width)))
        by_day = curve[f"seen/click/day/{name}"]
        claims.append(_near(f"day, {name}", by_day, _mean_of_f(midnight + after, width)))
    return claims


class Second(First):
    """Shows the second item."""

    def act(self, observations: Observations) -> Slates:
        """Answer with the second item."""
        return Slates(np.repeat(observations.catalogue.ids[None, 1:2], len(observations), axis=0))


def sooner_but_not_more() -> list[Claim]:
    """Two items, delays exponential of mean m exp(effect z): what is liked more is clicked more, and known later.

    The other item looks better until the age at which p F(age) of both are equal.
    """
    late = "by_utility(effect=1.5, law=exponential(mean=3d))"
    items = {"count": 2, "click_rate": 0.3, "popularity": 1.0}
    tastes = {"users__preferences": {"dim": 1, "spread": 0.0}}
    scenario = world(12 * DAY, items=items, feedback__click__delay=late, **tastes, **poisson(0.1))
    runs = [simulate(scenario, Agent(agent(), cadence=Never()), seed=2, trace=True) for agent in (First, Second)]
    rates = [float(run.impressions.probability.iloc[0]) for run in runs]
    means = [3 * DAY * np.exp(1.5 * (np.log(p / (1 - p)) - np.log(0.3 / 0.7))) for p in rates]
    flip = float(optimize.brentq(lambda age: _gap(rates, means, age), 60.0, 40 * DAY))
    claims, gaps = [], runs[1].curve - runs[0].curve
    for name, after in LOOKS.items():
        seen = gaps[f"seen/click/{name}"].dropna()
        width = 12 * DAY / 200
        ages = after + (np.arange(1000) + 0.5) / 1000 * width
        claims.append(near(f"{name}: difference as seen", np.mean(_gap(rates, means, ages)), seen, _SOONER))
        right = float(np.sign(seen.mean()) == np.sign(gaps["seen/click/truth"].mean()))
        claims.append(exact(f"{name}: sign is right iff age > {flip / DAY:.1f} d", float(after > flip), right, _SOONER))
    return claims


def _gap(rates: list[float], means: list[float], age: np.ndarray | float) -> np.ndarray | float:
    one, other = (p * -np.expm1(-np.asarray(age) / m) for p, m in zip(rates, means, strict=True))
    return other - one


def _near(name: str, seen: np.ndarray, theory: np.ndarray) -> Claim:
    known = np.isfinite(seen)
    ratio = (seen / theory)[known]
    return near(f"share of clicks seen, {name}: over theory", 1.0, ratio, _MEAN_OF_F)


def _mean_of_f(after: np.ndarray, width: float) -> np.ndarray:
    """Return the mean of F over ages from ``after`` to ``after + width``."""
    x, y = np.maximum(after - INGEST, 0.0), np.maximum(after + width - INGEST, 0.0)
    return np.asarray((y - x - MEAN * (np.exp(-x / MEAN) - np.exp(-y / MEAN))) / width)
