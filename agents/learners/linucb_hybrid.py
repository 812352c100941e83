"""Hybrid LinUCB: shared weights, and weights of each item."""

from __future__ import annotations

import numpy as np

from agents.learners._hybrid import Hybrid, HybridModel, HybridSums
from agents.learners.features import squares
from agents.learners.slates import top
from agents.parameters import number
from sim.ports import Observations, Slates, cross


class LinUCBHybridPolicy(HybridModel):
    """A policy that shows the highest upper confidence bounds.

    Args:
        sums: what was learnt; not changed later.
        alpha: width of the bonus.
    """

    def __init__(self, sums: HybridSums, alpha: float) -> None:
        super().__init__(sums)
        self._alpha = alpha

    def act(self, observations: Observations) -> Slates:
        """Return the slates with the highest bounds."""
        mean, (_, covariance) = self.estimates(observations), self._models(observations.catalogue)
        variance = cross(squares(observations.features), covariance.reshape(len(covariance), -1))
        return top(observations, mean + self._alpha * np.sqrt(np.maximum(variance, 0.0)), mean)


class LinUCBHybrid(Hybrid):
    """LinUCB with a hybrid model.

    The outcome is ``beta' (u (x) w) + theta_a' u``, with u the user features, w the item features after a constant, and
    weights of the item a itself, which its features do not explain. The bonus is alpha times the standard deviation of
    both parts together. An item never seen is estimated by the shared weights, with the full uncertainty of its own. It
    assumes nothing of the delay beyond what the correction does, and takes examples back exactly, except those of items
    that have retired. Cost: the square of the shared features for each example; for each version that answers an
    inverse of each item.

    Args:
        alpha: width of the bonus.
        ridge: prior strength of all weights, above 0.

    Source: Li, Chu, Langford & Schapire 2010 (https://arxiv.org/abs/1003.0146), algorithm 2.

    Two days of a small news feed, refitted every six hours; regret as a share of that of random slates:

    >>> from agents import Agent, Every, LinUCBHybrid
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("news_feed", {"users.count": 100, "horizon": "1d", "users.shifts": []})
    >>> run = simulate(world, Agent(LinUCBHybrid(alpha=0.1), cadence=Every("6h")), trace=False)
    >>> round(run.summary["regret/normalised"], 1)
    0.9
    """

    reads = ("item", "user_features", "item_features")

    def __init__(self, alpha: float = 1.0, ridge: float = 1.0) -> None:
        super().__init__(ridge)
        self.alpha = number("alpha", alpha)

    def _snapshot(self, sums: HybridSums) -> LinUCBHybridPolicy:
        return LinUCBHybridPolicy(sums, self.alpha)
