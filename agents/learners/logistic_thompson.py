"""Logistic Thompson sampling: a draw from the Laplace posterior."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from agents.learners.linear import Pairs
from agents.learners.linear_thompson import LinTSPolicy
from agents.learners.logistic import LogisticRanker
from agents.learners.slates import RandomPolicy
from agents.parameters import number
from sim.ports import Observations, Policy, Slates

Floats = NDArray[np.float64]


class LogisticThompsonPolicy(LinTSPolicy):
    """A policy that draws log odds for each request."""

    def act(self, observations: Observations) -> Slates:
        """Return the slates with the highest drawn log odds."""
        slates = self._drawn(observations, self._pairs.mean(observations))
        assert slates.predicted is not None
        return Slates(slates.items, slates.propensity, expit(slates.predicted))

    def estimates(self, observations: Observations) -> Floats:
        """Return the probabilities at the mode, ``(n, m)``."""
        return np.asarray(expit(self._pairs.mean(observations)))

    def predict(self, observations: Observations, items: NDArray[np.int64]) -> Floats:
        """Return the probabilities at the mode, ``(n,)``."""
        return np.asarray(expit(self._pairs.of(observations, items)))


class LogisticThompson(LogisticRanker):
    """Thompson sampling with a logistic model.

    For each request, weights of the log odds are drawn from ``N(mode, scale**2 H^-1)``: the Laplace approximation of
    the posterior, with H its full negative curvature at the mode, prior included. The highest drawn log odds are shown.
    The fit is that of `LogisticRanker`, and like it takes no example back. It assumes that the examples' labels are
    final: what is delayed is the correction's. Cost: Newton steps in the number of features cubed for each training,
    and a draw of all weights for each request.

    Args:
        scale: width of the posterior; 1 is the posterior, less explores less.
        ridge: precision of the normal prior of each weight, above 0.
        model: ``"shared"``, ``"per_item"`` or ``"auto"``.
        propensity_draws: by how many further draws for each request propensities are estimated (`drawn_again.share`
            states the error); 0: none are given.

    Source: Chapelle & Li 2011 (https://papers.nips.cc/paper/4321-an-empirical-evaluation-of-thompson-sampling),
    algorithm 3, whose posterior keeps the diagonal of H alone.

    Two days of a small news feed, refitted every six hours; regret as a share of that of random slates:

    >>> from agents import Agent, Every, LogisticThompson
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("news_feed", {"users.count": 300, "horizon": "2d", "users.shifts": []})
    >>> run = simulate(world, Agent(LogisticThompson(scale=0.3), cadence=Every("6h")), trace=False)
    >>> round(run.summary["regret/normalised"], 1)
    0.6
    """

    reads = ("item", "user_features", "item_features")
    labels = "soft"

    def __init__(self, scale: float = 1.0, ridge: float = 1.0, model: str = "auto", propensity_draws: int = 0) -> None:
        super().__init__(ridge, model)
        self.scale = number("scale", scale)
        self.propensity_draws = int(number("propensity_draws", propensity_draws))

    def policy(self) -> Policy:
        """Return a snapshot; a random policy before `begin`."""
        if self._space is None:
            return RandomPolicy()
        p = self._space.user_dim
        theta, curvature = self._theta.reshape(self._space.items if self._own else p, -1), self._precision
        if self._own:
            items = np.arange(self._space.items)
            curvature = curvature.reshape(len(items), p, len(items), p)[items, :, items]
        inverse = np.linalg.inv(curvature)
        inverse = (inverse + inverse.swapaxes(-1, -2)) / 2.0
        pairs = Pairs(theta, inverse, self._own, self._shapes)
        return LogisticThompsonPolicy(pairs, self.scale, self.propensity_draws)
