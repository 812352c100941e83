"""What outcomes are worth."""

from __future__ import annotations

from math import exp

from scipy.integrate import quad
from scipy.special import expit, logit
from scipy.stats import norm

from sim import simulate

from ._claim import Claim, near
from ._worlds import untrained, world

RATE, POPULARITY, EFFECT, MEAN = 0.3, 1.2, 0.7, 40.0
_SOURCE = "integral of attraction x mean x exp(effect z) over z ~ N(0, 1)"


def by_utility() -> list[Claim]:
    """A fresh item at each request, its log odds and its value both moved by how popular it is."""
    scenario = world(
        30_000.0,
        items={"count": 1, "redrawn": True, "click_rate": RATE, "popularity": POPULARITY},
        feedback={"click": {"delay": "0s", "value": f"by_utility(effect={EFFECT}, law=exponential(mean={MEAN:g}))"}},
    )
    requests = simulate(scenario, untrained(), trace=True).requests
    expected, _ = quad(lambda z: norm.pdf(z) * expit(logit(RATE) + POPULARITY * z) * MEAN * exp(EFFECT * z), -9, 9)
    return [
        near("reward by utility", expected, requests.reward, _SOURCE),
        near("expected reward by utility", expected, requests.expected_reward, _SOURCE),
    ]
