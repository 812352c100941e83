"""Whether the reported intervals cover the truth as often as they say."""

from __future__ import annotations

import numpy as np

from agents import Agent, Never, Uniform
from sim import simulate

from ._claim import Claim, share, slow
from ._worlds import poisson, world

STUDIES, REPLICATIONS, RATES = 400, 4, np.array([0.6, 0.5, 0.1])
_SOURCE = "Student 1908: 95 %"


@slow
def intervals() -> list[Claim]:
    """In 400 studies of 4 replications each, the 95 % interval of a score holds its true value in 95 % of them.

    Random slates: the regret per request is best less mean rate, the reward the mean rate; in flight, as after a start
    with nothing in flight.
    """
    truth = {
        "regret/per_request": RATES.max() - RATES.mean(),
        "reward/per_request": RATES.mean(),
        "requests": 200.0,
        "feedback/pending": 20.0 * -np.expm1(-200.0 / 20.0),
    }
    studies = [_study(seed) for seed in range(STUDIES)]
    return [
        share(f"95 % intervals of {name} that cover", 0.95, sum(_covers(s, name, x) for s in studies), STUDIES, _SOURCE)
        for name, x in truth.items()
    ]


def _study(seed: int) -> dict[str, float]:
    delay = {"feedback__click__delay": "exponential(mean=20s)", "items": {"click_rates": RATES.tolist()}}
    scenario = world(200.0, **delay, **poisson(1.0))
    agent = Agent(Uniform(), cadence=Never())
    return simulate(scenario, agent, seed=seed, replications=REPLICATIONS, trace=False).summary


def _covers(scores: dict[str, float], name: str, truth: float) -> bool:
    return scores[f"{name}/low"] <= truth <= scores[f"{name}/high"]
