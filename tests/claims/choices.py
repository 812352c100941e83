"""How a slate becomes clicks: every choice model, position by position."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from agents import Agent, Never
from sim import simulate

from ._claim import Claim, exact, share
from ._worlds import First, world

RATES, EXAMINED, REQUESTS = np.array([0.5, 0.3, 0.4, 0.6]), np.array([0.8, 0.4, 0.5]), 60_000
SOURCES = {
    "bernoulli": "p",
    "position_based(examination=[0.8, 0.4, 0.5])": "e p (Craswell et al. 2008)",
    "cascade": "p of the item x (1 - p) of those above (Craswell et al. 2008)",
    "multinomial": "odds / (1 + all odds) (McFadden 1974)",
}


def clicks_by_position() -> list[Claim]:
    """The share of clicks at each position, what the slate is worth, and what the best one would be worth."""
    return [claim for choice in SOURCES for claim in _claims(choice)]


def _claims(choice: str) -> list[Claim]:
    scenario = world(
        REQUESTS, items={"click_rates": RATES.tolist()}, slate={"size": 3, "choice": choice}, users__count=1
    )
    run = simulate(scenario, Agent(First(), cadence=Never()))
    name, source = choice.split("(", maxsplit=1)[0], SOURCES[choice]
    clicks = run.impressions.groupby("position").outcome.sum()
    theory = _probabilities(name, RATES[:3])
    best = max(_probabilities(name, np.array(slate)).sum() for slate in permutations(RATES, 3))
    return [
        *(share(f"{name}: clicks at position {k + 1}", theory[k], clicks[k], REQUESTS, source) for k in range(3)),
        exact(f"{name}: expected clicks of the slate", theory.sum(), run.requests.expected_reward.mean(), source),
        exact(f"{name}: regret against all slates", best - theory.sum(), run.requests.regret.mean(), "all tried"),
    ]


def _probabilities(name: str, p: np.ndarray) -> np.ndarray:
    if name == "position_based":
        return EXAMINED * p
    if name == "cascade":
        return p * np.cumprod(np.append(1.0, 1.0 - p[:-1]))
    if name == "multinomial":
        return p / (1 - p) / (1 + np.sum(p / (1 - p)))
    return p
