"""Logistic ranker: log odds of the outcome, linear in user x item features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from agents.learners.features import interactions
from agents.learners.linear import Pairs
from agents.learners.slates import RandomPolicy, top
from agents.parameters import number
from sim.ports import Examples, Experience, Observations, Policy, Slates, Space

Floats = NDArray[np.float64]
_NEWTON_STEPS = 25
_TOLERANCE = 1e-8


class LogisticPolicy:
    """Shows the highest log odds."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs

    def act(self, observations: Observations) -> Slates:
        """Answer with the highest log odds."""
        odds = self._pairs.mean(observations)
        slates = top(observations, odds, odds)
        assert slates.predicted is not None
        return Slates(slates.items, slates.propensity, expit(slates.predicted))


class LogisticRanker:
    """L2-regularised logistic regression over the shared features, fitted by Newton's method.

    Told only what is new, it keeps a normal prior: the last fit and its curvature (a Laplace
    approximation), so that a batch in two halves gives nearly, not exactly, the fit of the whole. It
    cannot take an example back.

    Args:
        ridge: prior strength, above 0.

    Source: Newton as iteratively reweighted least squares, Green 1984
    (https://doi.org/10.1111/j.2517-6161.1984.tb01288.x).
    """

    retracts = False

    def __init__(self, ridge: float = 10.0) -> None:
        self.ridge = number("ridge", ridge, above=True)
        self._space: Space | None = None
        self._trained = False

    def begin(self, space: Space) -> None:
        """Take in the shape of the world."""
        self._space = space
        self._start_over()

    def _start_over(self) -> None:
        assert self._space is not None
        dim = self._space.user_dim * (self._space.item_dim + 1)
        self._theta, self._precision = np.zeros(dim), self.ridge * np.eye(dim)

    def train(self, experience: Experience) -> None:
        """Fit the examples under the prior."""
        if self._space is None:
            raise RuntimeError("begin(space) was never called")
        if experience.refit:
            self._start_over()
        if not len(experience.examples):
            return
        self._trained = True
        prior, precision = self._theta, self._precision
        theta = prior
        for _ in range(_NEWTON_STEPS):
            slope, curvature = _derivatives(experience.examples, theta)
            curvature += precision
            step = np.linalg.solve(curvature, slope - precision @ (theta - prior))
            theta = theta + step
            if np.abs(step).max() < _TOLERANCE:
                break
        self._theta, self._precision = theta, curvature

    def policy(self) -> Policy:
        """Return a snapshot; random slates before the first example."""
        if self._space is None or not self._trained:
            return RandomPolicy()
        return LogisticPolicy(Pairs(self._theta.reshape(self._space.user_dim, -1), None, own=False))


def _derivatives(examples: Examples, theta: Floats) -> tuple[Floats, Floats]:
    """Return slope ``(dim,)`` and negative curvature ``(dim, dim)`` of the log likelihood."""
    slope, curvature = np.zeros(len(theta)), np.zeros((len(theta), len(theta)))
    for part, x in interactions(examples.impressions):
        weight, chance = examples.weight[part], expit(x @ theta)
        slope += x.T @ (weight * (examples.label[part] - chance))
        curvature += (x * (weight * chance * (1.0 - chance))[:, None]).T @ x
    return slope, curvature
