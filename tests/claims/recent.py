"""Features from clicks: their mean over users whose clicks are coins."""

from __future__ import annotations

import numpy as np

from agents import Agent, Every
from sim import simulate

from ._claim import Claim, near
from ._worlds import First, world

P, HALF_LIFE, LATENCY, MEAN, HOURS, USERS = 0.6, 3.0, 1.0, 2.0, 30, 3000
_SOURCE = "sum or integral over ages a: p 2^(-a / half-life) F(a - latency)"


def _weights(visits: dict[str, object]) -> np.ndarray:
    """Return the weight of the only item in what is seen at each user's last visit."""
    first = First(lambda experience: experience.news.served.kept())
    recent = {"half_life": f"{HALF_LIFE}h", "latency": f"{LATENCY}h"}
    scenario = world(
        HOURS * 3600.0,
        users={"count": USERS, "visits": visits, "preferences": {"dim": 1}, "observed": {"recent": recent}},
        items={"count": 1, "click_rate": P},
        feedback__click__delay=f"exponential(mean={MEAN}h)",
    )
    simulate(scenario, Agent(first, cadence=Every(HOURS * 3600.0, refit_window=None)))
    served = first.notes[-1]
    late = served.request_at > (HOURS - 5) * 3600.0
    _, last = np.unique(served.user[late][::-1], return_index=True)
    seen = served.user_features[late][::-1][last]
    return seen[:, -1] / served.item_features[0, 0]


def evenly_spaced() -> list[Claim]:
    """Visits an hour apart: ages are 1, 2, ... hours."""
    ages = np.arange(1, HOURS - 1)
    known = 1.0 - np.exp(-np.maximum(ages - LATENCY, 0.0) / MEAN)
    theory = P * np.sum(2.0 ** (-ages / HALF_LIFE) * known)
    return [near("recent clicks at hourly visits: mean weight", theory, _weights({"every": "1h"}), _SOURCE)]


def poisson() -> list[Claim]:
    """Poisson visits, two an hour: what came before one is Poisson still."""
    decay = np.log(2.0) / HALF_LIFE
    theory = 2.0 * P / decay * 2.0 ** (-LATENCY / HALF_LIFE) / (1.0 + decay * MEAN)
    weights = _weights({"rate": "48 per day"})
    return [near("recent clicks at Poisson visits: mean weight", theory, weights, _SOURCE, slack=0.002 * theory)]
