"""LinUCB: the estimate of each pair plus a bonus for not knowing it well."""

from __future__ import annotations

import numpy as np

from agents.learners.linear import Linear, Pairs
from agents.learners.slates import top
from agents.parameters import number
from sim.ports import Observations, Slates


class LinUCBPolicy:
    """Shows the highest upper confidence bounds."""

    def __init__(self, pairs: Pairs, alpha: float) -> None:
        self._pairs, self._alpha = pairs, alpha

    def act(self, observations: Observations) -> Slates:
        """Answer with the highest bounds."""
        mean, bound = self._pairs.mean(observations), self._pairs.variance(observations)
        np.sqrt(bound, out=bound)
        bound *= self._alpha
        bound += mean
        return top(observations, bound, mean)


class LinUCB(Linear):
    """``theta' phi + alpha * sqrt(phi' A^-1 phi)`` with ``A = ridge I + sum phi phi'``.

    Args:
        alpha: width of the bonus.
        ridge: prior strength, above 0.
        model: ``"shared"``, ``"per_item"`` or ``"auto"``.

    Source: Li, Chu, Langford & Schapire 2010 (https://arxiv.org/abs/1003.0146).

    Two days of a small news feed, refitted every six hours; regret as a share of that of random slates:

    >>> from agents import Agent, Every, LinUCB
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("news_feed", {"users.count": 300, "horizon": "2d", "users.shifts": []})
    >>> run = simulate(world, Agent(LinUCB(alpha=0.3), cadence=Every("6h")), trace=False)
    >>> round(run.summary["regret/normalised"], 1)
    0.8
    """

    def __init__(self, alpha: float = 1.0, ridge: float = 1.0, model: str = "auto") -> None:
        super().__init__(ridge, model)
        self.alpha = number("alpha", alpha)

    def _snapshot(self) -> LinUCBPolicy:
        return LinUCBPolicy(self._pairs(uncertain=True), self.alpha)
