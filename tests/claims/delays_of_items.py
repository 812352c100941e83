"""Delays that depend on how much an item is liked, and on the group of a user."""

from __future__ import annotations

import numpy as np
from scipy import stats

from sim import simulate

from ._claim import Claim, follows, near
from ._worlds import untrained, world

USERS, MINUTE, EFFECT = 2000, 60.0, 0.5
_SOURCE = "delay e^(effect z), z standard normal over users and items"


def liking() -> list[Claim]:
    """Of a constant delay, log(delay / constant) / effect is z: of mean 0, and of variance 1 over users and items."""
    z = np.log(_delays("by_utility(effect=0.5, law=constant(1m))") / MINUTE) / EFFECT
    return [
        near("how much users like random items: mean of z", 0.0, z.mean(axis=1), _SOURCE),
        near("how much users like random items: mean of z squared", 1.0, (z**2).mean(axis=1), _SOURCE),
    ]


def groups() -> list[Claim]:
    """Exponential delays of a group with factor k are exponential with k times the mean."""
    delays = _delays("exponential(mean=1m)", users__groups={"a": {"share": 0.5, "delay": 3.0}, "b": {"share": 0.5}})
    mixed = stats.expon(scale=MINUTE), stats.expon(scale=3 * MINUTE)
    source = "mixture of the groups' laws, by their shares"
    one_each = delays[:, 0]  # of users, who are independent
    return [follows("delays of two groups: distance", one_each, lambda x: sum(m.cdf(x) for m in mixed) / 2, source)]


def _delays(law: str, **changes: object) -> np.ndarray:
    """Return delays of outcomes, positive or not, ``(users, n)``."""
    scenario = world(
        horizon=20.9999,  # 20 visits of each user
        users__count=USERS,
        users__preferences={"dim": 3, "spread": 0.8},
        items={"count": 2, "click_rate": 0.3, "popularity": 0.6, "redrawn": True},
        feedback__click__delay=law,
        **changes,
    )
    impressions = simulate(scenario, untrained()).impressions.sort_values(["user", "visit"])
    return (impressions.feedback_at - impressions.request_at).to_numpy().reshape(USERS, -1)
