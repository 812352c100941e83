"""What outcomes are worth."""

from __future__ import annotations

from math import exp

from scipy.integrate import quad
from scipy.special import expit, logit
from scipy.stats import norm

from sim import simulate

from ._claim import Claim, exact, near, share
from ._worlds import untrained, world

BACK, VISITS = 0.4, 30_000.0
RATE, POPULARITY, EFFECT, MEAN = 0.3, 1.2, 0.7, 40.0
_SOURCE = "integral of attraction x mean x exp(effect z) over z ~ N(0, 1)"


def by_utility() -> list[Claim]:
    """A fresh item at each request, its log odds and its value both moved by how popular it is."""
    scenario = world(
        VISITS,
        items={"count": 1, "redrawn": True, "click_rate": RATE, "popularity": POPULARITY},
        feedback={"click": {"delay": "0s", "value": f"by_utility(effect={EFFECT}, law=exponential(mean={MEAN:g}))"}},
    )
    requests = simulate(scenario, untrained(), trace=True).requests
    expected, _ = quad(lambda z: norm.pdf(z) * expit(logit(RATE) + POPULARITY * z) * MEAN * exp(EFFECT * z), -9, 9)
    return [
        near("reward by utility", expected, requests.reward, _SOURCE),
        near("expected reward by utility", expected, requests.expected_reward, _SOURCE),
    ]


def reversals() -> list[Claim]:
    """Half of the time a click is worth 10; a share is taken back, what comes within the window counts."""
    scenario = world(
        30_000.0,
        items={"click_rates": [0.5]},
        feedback={
            "click": {
                "delay": "exponential(mean=1m)",
                "value": 10,
                "reversal": {"rate": BACK, "delay": "exponential(mean=1h)", "window": "1h"},
            }
        },
    )
    run = simulate(scenario, untrained(), trace=True)
    within = BACK * (1 - exp(-1))
    old = run.impressions[run.impressions.request_at < 24_000]
    clicks = old[old.outcome == 1]
    return [
        share("clicks taken back in the window", within, (clicks.status == "reversed").sum(), len(clicks), "q F(W)"),
        near("reward where clicks are taken back", 5 * (1 - within), old.value, "p v (1 - q F(W))"),
        exact("its expectation", 5 * (1 - within), run.requests.expected_reward.mean(), "p v (1 - q F(W))"),
    ]


def moods() -> list[Claim]:
    """Users pleased by every visit, and others by none: 2 v sigmoid(e) and 2 v sigmoid(-e) in the long run."""
    mood = {"half_life": "1s", "value_effect": 0.8}
    feedback = {"click": {"delay": "0s", "value": 10}}
    pleased = world(100.0, users__satisfaction=mood, feedback=feedback)
    gloomy = world(100.0, users__satisfaction=mood, items={"click_rates": [1e-9]}, feedback=feedback)
    value, chance = (simulate(one, untrained(), trace=True).requests.expected_reward for one in (pleased, gloomy))
    source = "2 v sigmoid(e satisfaction)"
    return [
        exact("value to users who are pleased", 20 * expit(0.8), value.iloc[-1], source),
        exact("value to users who are not", 20 * expit(-0.8), chance.iloc[-1] / 1e-9, source, digits=6),
    ]
