"""What a dashboard shows of a time bucket, at its end and later."""

from __future__ import annotations

import numpy as np

from sim import simulate

from ._claim import Claim, near
from ._worlds import poisson, untrained, world

MEAN, INGEST, DAY = 86400.0, 600.0, 86400.0
HORIZON, RATE = 20 * DAY, 0.06
LOOKS = {"at_end": 0.0, "after_1d": DAY, "after_3d": 3 * DAY}
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


def _near(name: str, seen: np.ndarray, theory: np.ndarray) -> Claim:
    known = np.isfinite(seen)
    ratio = (seen / theory)[known]
    return near(f"share of clicks seen, {name}: over theory", 1.0, ratio, _MEAN_OF_F)


def _mean_of_f(after: np.ndarray, width: float) -> np.ndarray:
    """Return the mean of F over ages from ``after`` to ``after + width``."""
    x, y = np.maximum(after - INGEST, 0.0), np.maximum(after + width - INGEST, 0.0)
    return np.asarray((y - x - MEAN * (np.exp(-x / MEAN) - np.exp(-y / MEAN))) / width)
