"""Good slates bring users back sooner."""

from __future__ import annotations

import numpy as np
from scipy import stats

from sim import simulate

from ._claim import Claim, follows, near
from ._worlds import untrained, world

USERS, GAPS, PER_DAY, HALF_LIFE, EFFECT = 400, 12, 24.0, 0.5, 1.5  # days
_SOURCE = "rate r e^(effect s), s the average of +1 and -1 with weights 2^(-age / half-life)"


def gaps() -> list[Claim]:
    """Measured by the rate that the visit before left, gaps are exponential of mean 1, whoever clicks and how often.

    s after a visit at t is (1 - 2^(-t/h)) if all visits so far brought a click and minus that if none did; in general
    it is summed up here from the clicks seen.
    """
    claims = []
    for rate, name, days in ((1.0, "always a click", 1), (0.0, "never a click", 6), (0.5, "now and then", 2)):
        own = _rescaled(rate, days)
        claims.append(near(f"return after satisfaction, {name}: mean gap", 1.0, own, _SOURCE))
        claims.append(follows(f"return after satisfaction, {name}: distance", own, stats.expon.cdf, _SOURCE))
    return claims


def _rescaled(rate: float, days: int) -> np.ndarray:
    scenario = world(
        days * 86_400.0,
        users={"count": USERS, "visits": {"rate": f"{PER_DAY} per day"}}
        | {"satisfaction": {"half_life": "12h", "return_effect": EFFECT}},
        items={"click_rates": [rate]},
    )
    run = simulate(scenario, untrained()).requests.sort_values(["user", "visit"])
    found = [_of_user(own.request_at.to_numpy() / 86_400.0, own.reward.to_numpy()) for _, own in run.groupby("user")]
    return np.concatenate(found)


def _of_user(at: np.ndarray, clicks: np.ndarray) -> np.ndarray:
    """Return the first gaps of a user: as many of each, so that nobody is chosen for being quick."""
    s, before, out = 0.0, 0.0, []
    for t, clicked in zip(at[:GAPS], clicks, strict=False):
        out.append((t - before) * PER_DAY * np.exp(EFFECT * s))
        kept = 2.0 ** (-(t - before) / HALF_LIFE)
        s, before = kept * s + (1 - kept) * (1.0 if clicked else -1.0), t
    assert len(out) == GAPS
    return np.array(out)
