"""What was shown wears off, in closed form for users who like nothing in particular."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from agents import Agent, Every
from sim import simulate
from sim.ports import Observations

from ._claim import Claim, exact
from ._worlds import First, world

RATE, STRENGTH, HALF_LIFE, GAP, VISITS, ITEMS = 0.4, 2.0, 3.0, 1.0, 12, 40
_SOURCE = "geometric sum: strength <x, y> q (1 - q^n) / (1 - q), q = 2^(-gap / half-life), 0 where negative"


class Once(First):
    """Shows item 0 at each visit but the last, and there to each user another one."""

    def policy(self) -> Once:
        """Return itself."""
        return self

    def act(self, observations: Observations) -> np.ndarray:
        """Answer."""
        return np.where(observations.visit < VISITS - 1, 0, observations.user % ITEMS)[:, None]


def _run():
    once = Once(lambda experience: experience.news.served.kept())
    scenario = world(
        (VISITS + 1) * 3600.0 - 1.0,
        users={"count": ITEMS, "visits": {"every": "1h"}, "preferences": {"dim": 3}}
        | {"satiation": {"strength": STRENGTH, "half_life": "3h"}},
        items={"count": ITEMS, "click_rate": RATE},
    )
    run = simulate(scenario, Agent(once, cadence=Every((VISITS + 1) * 3600.0 - 1.0, refit_window=None)))
    served = once.notes[-1]
    order = np.argsort(served.item[-ITEMS:])
    return run.requests.sort_values(["user", "visit"]), served.item_features[-ITEMS:][order]


def same_and_other_items() -> list[Claim]:
    """After n slates of item x, y loses strength max(0, <x, y> q (1 - q^n) / (1 - q)) of its log odds."""
    requests, x = _run()
    worth = requests.expected_reward.to_numpy().reshape(ITEMS, VISITS)
    q = 2.0 ** (-GAP / HALF_LIFE)
    n = np.arange(VISITS - 1)
    own = expit(logit(RATE) - STRENGTH * (x[0] @ x[0]) * q * (1 - q**n) / (1 - q))
    full = q * (1 - q ** (VISITS - 1)) / (1 - q)
    others = expit(logit(RATE) - STRENGTH * np.maximum(0.0, x @ x[0]) * full)
    opposite = x @ x[0] < 0
    return [
        exact("satiation with an item: mean worth while it is shown", own.mean(), worth[:, :-1].mean(), _SOURCE),
        exact("satiation: worth of all other items", others.mean(), worth[:, -1].mean(), _SOURCE),
        exact(
            "satiation: worth of items opposite to it", RATE, worth[opposite, -1].mean(), "no more wanted than before"
        ),
    ]
