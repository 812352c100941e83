"""What may follow a click."""

from __future__ import annotations

import numpy as np
from scipy import stats
from scipy.special import expit, logit

from agents import Agent, Every
from sim import simulate

from ._claim import Claim, follows, near, share
from ._worlds import First, untrained, world

CLICK, RATE, SPREAD, AGREES, TASTE = 0.6, 0.4, 0.9, 0.8, 1.2
_TWO_STAGES = "two independent exponential stages: a gamma law of shape 2"


def delays() -> list[Claim]:
    """A click after Exp(1 m), a conversion Exp(1 m) after it: both together are gamma of shape 2, variance 2 m^2."""
    told = _told(20_000.0)
    since = (told.feedback_at - told.request_at)[(told.outcome == 1) & (told.request_at < 19_000.0)]
    return [
        share("clicks that convert", CLICK * RATE, (told.outcome == 1).sum(), len(told), "p(click) x rate"),
        follows("from request to conversion: distance", since, stats.gamma(2, scale=60.0).cdf, _TWO_STAGES),
        near("from request to conversion: mean", 120.0, since, _TWO_STAGES),
    ]


def windows() -> list[Claim]:
    """Windows of 1 m and 2 m: a positive needs its click within the one and the conversion within the other."""
    late = {"feedback__click__window": "1m", "feedback__conversion__window": "2m"}
    told = _told(30_000.0, **late)
    told = told[told.request_at < 29_000.0]
    theory = CLICK * RATE * -np.expm1(-1.0) * -np.expm1(-2.0)
    return [share("conversions within both windows", theory, (told.status == "positive").sum(), len(told), "p q F F")]


def _told(horizon: float, **changes):
    conversion = {"rate": RATE, "delay": "exponential(mean=1m)"}
    return simulate(
        world(
            horizon,
            items={"click_rates": [CLICK]},
            feedback={
                "click": {"delay": "exponential(mean=1m)"},
                "conversion": conversion,
                "learn_from": "conversion",
            },
            **changes,
        ),
        untrained(),
    ).impressions


def tastes() -> list[Claim]:
    """Log odds of a conversion have spread s|x|, and correlation ``agrees_with_click`` with the taste for clicks."""
    click, convert = _tastes(14_000)
    source = "c = s (a taste / sd + sqrt(1 - a^2) own)"
    return [
        near("conversion taste: variance", SPREAD**2, convert**2, source),
        near("conversion taste: agreement with clicks", AGREES * SPREAD * TASTE, click * convert, source),
    ]


def _tastes(users: int) -> tuple[np.ndarray, np.ndarray]:
    """Return each user's taste for clicks, as its profile tells, and for conversions, from what its slate is worth."""
    first = First(lambda experience: experience.news.served.kept())
    conversion = {"rate": RATE, "spread": SPREAD, "agrees_with_click": AGREES, "delay": "0s"}
    scenario = world(
        7199.0,
        users={"count": users, "visits": {"every": "1h"}, "preferences": {"dim": 1, "spread": TASTE}}
        | {"observed": {"share": 1.0}},
        items={"count": 1, "click_rate": CLICK},
        feedback={"click": {"delay": "0s"}, "conversion": conversion, "learn_from": "conversion"},
    )
    run = simulate(scenario, Agent(first, cadence=Every(7199.0, refit_window=None)))
    served = first.notes[-1]
    x, taste = served.item_features[0, 0], served.user_features[:, 1]
    clicks = expit(logit(CLICK) + taste * x)
    return taste, (logit(run.requests.expected_reward.to_numpy() / clicks) - logit(RATE)) / x
