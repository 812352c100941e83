"""A small shop with one item: conversions come hours after the click, a no is never told; closed forms of its rates."""

from __future__ import annotations

from math import exp

import numpy as np

from agents import Agent, EpsilonGreedy, Every, MicroBatch
from sim.scenario import Scenario
from sim.simulation import simulate

RATE, MEAN, DAYS = 0.3, 6.0, 6  # of a click; hours until it is known; simulated
LAW = f"exponential(mean={MEAN:g}h)"
DAILY = Every("1d", refit_window="1d")
ALL = Every("1d", refit_window="10d")
HOURLY = MicroBatch("1h")
SHOP_OF_ONE = {
    "name": "shop_of_one",
    "horizon": f"{DAYS * 24}h",
    "users": {"count": 10, "visits": {"every": "3m"}},
    "items": {"click_rates": [1.0]},
    "slate": {"size": 1},
    "feedback": {
        "click": {"delay": "constant(0s)"},
        "conversion": {"rate": RATE, "delay": LAW, "window": "30d"},
        "learn_from": "conversion",
    },
}


def naive(hours: float) -> float:
    """Return the rate where what is pending is a no: p [1 - (1 - e^(-lt)) / (lt)]."""
    return RATE * (1.0 - (1.0 - exp(-hours / MEAN)) / (hours / MEAN))


class Kept(EpsilonGreedy):
    """A learner of means, which the test reads after the run."""

    def __init__(self):
        super().__init__()
        self.told: list[tuple[float, float, float]] = []  # cutoff, sum of weights, of weighted labels

    def __deepcopy__(self, memo):
        return self

    def train(self, experience):
        super().train(experience)
        made = experience.examples
        self.told.append((experience.cutoff, made.weight.sum(), made.weight @ made.label))

    def rate(self) -> float:
        return float(self._counts.means(np.array([0]))[0])

    def rate_since(self, hours: float) -> float:
        """Return the share of yeses among the examples of later trainings."""
        _, weight, gain = np.array([one for one in self.told if one[0] > hours * 3600.0]).sum(axis=0)
        return float(gain / weight)


def kept(correction, cadence, **changes) -> Kept:
    """Return the learner after a run in the shop."""
    learner = Kept()
    scenario = Scenario.load(SHOP_OF_ONE, {key.replace("__", "."): value for key, value in changes.items()})
    simulate(scenario, Agent(learner, correction, cadence, ship="in_place"), trace=False)
    return learner


def learnt(correction, cadence, **changes) -> float:
    """Return the rate of conversions that the last version has learnt."""
    return kept(correction, cadence, **changes).rate()
