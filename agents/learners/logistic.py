"""Logistic ranker: log odds linear in user x item features."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from agents.described import Described
from agents.learners._pieces import Pieces
from agents.learners.features import SUMMED_AT_ONCE, Shapes, checked, interactions, one_hot, per_item
from agents.learners.linear import Pairs
from agents.learners.slates import RandomPolicy, top
from agents.parameters import number
from sim.ports import Examples, Experience, Impressions, Observations, Policy, Slates, Space

Floats = NDArray[np.float64]
Terms = tuple[float, Floats, Floats]  # log likelihood, gradient, negative curvature
_NEWTON_STEPS = 50
_HALVINGS = 30
_TOLERANCE = 1e-8
MANY = 1 << 18  # examples from which on they are added up by item
_PIECES, _SHARE = 16, 8  # a fit of many begins with so many pieces, or with one of so many


class LogisticPolicy:
    """A policy that shows the highest log odds."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs

    def act(self, observations: Observations) -> Slates:
        """Return the slates with the highest log odds."""
        odds = self._pairs.mean(observations)
        slates = top(observations, odds, odds)
        assert slates.predicted is not None
        return Slates(slates.items, slates.propensity, expit(slates.predicted))

    def estimates(self, observations: Observations) -> Floats:
        """Return the probabilities of all items, ``(n, m)``."""
        return np.asarray(expit(self._pairs.mean(observations)))

    def predict(self, observations: Observations, items: NDArray[np.int64]) -> Floats:
        """Return the probabilities ``(n,)``."""
        return np.asarray(expit(self._pairs.of(observations, items)))


class LogisticRanker(Described):
    """L2-regularised logistic regression, fitted by Newton's method.

    The features are user x item features. Where training adds only what is new, the prior is normal, with the last fit
    and its curvature (a Laplace approximation); two halves of a batch then give nearly, not exactly, the fit of the
    whole batch. An example cannot be taken back. Labels may lie between 0 and 1: the loss is the cross entropy, to
    which a row with label y is a yes of weight y and a no of weight 1 - y. It does not explore; before the first
    example it shows random slates. A warm refit has the same mode, which Newton's method reaches from the last one in
    fewer steps.

    Args:
        ridge: prior strength, above 0.
        model: ``"shared"``, ``"per_item"`` or ``"auto"``.

    Source: Newton as iteratively reweighted least squares, Green 1984
    (https://doi.org/10.1111/j.2517-6161.1984.tb01288.x); the prior carried on, Chapelle & Li 2011
    (https://papers.nips.cc/paper/4321-an-empirical-evaluation-of-thompson-sampling), algorithm 3.

    Two days of a small news feed, refitted every six hours; regret as a share of that of random slates:

    >>> from agents import Agent, Every, LogisticRanker
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("news_feed", {"users.count": 300, "horizon": "2d", "users.shifts": []})
    >>> run = simulate(world, Agent(LogisticRanker(), cadence=Every("6h")), trace=False)
    >>> round(run.summary["regret/normalised"], 1)
    0.6
    """

    reads = ("item", "user_features", "item_features")
    labels = "soft"
    retracts = False
    warms = True

    tried_with: ClassVar[dict[str, tuple[str, ...]]] = {"model": ("auto", "per_item")}  # by tests of every part

    def __init__(self, ridge: float = 10.0, model: str = "auto") -> None:
        self.ridge, self.model = number("ridge", ridge, above=True), checked(model)
        self._space: Space | None = None
        self._trained = False
        self._shapes = Shapes()

    def begin(self, space: Space) -> None:
        """Set up the model for the shape of the world."""
        self._space = space
        self._start_over()

    def _start_over(self) -> None:
        assert self._space is not None
        self._own = per_item(self.model, self._space)
        dim = self._space.user_dim * (self._space.items if self._own else self._space.item_dim + 1)
        self._theta, self._precision = np.zeros(dim), self.ridge * np.eye(dim)
        self._trained = False

    def train(self, experience: Experience) -> None:
        """Fit the examples under the prior."""
        if self._space is None:
            raise RuntimeError("begin(space) was never called")
        if experience.warm and not len(experience.examples):
            return
        former = self._theta if experience.warm and self._trained else None
        if experience.refit:
            self._start_over()
        if len(experience.examples):
            self._trained = True
            self._theta, self._precision = self._fit(experience.examples, former)

    def _fit(self, examples: Examples, former: Floats | None) -> tuple[Floats, Floats]:
        """Return the posterior mode and its curvature.

        It begins with a former mode, or the prior's; where there are many examples and no former mode, with the mode of
        a few, which saves reading all of them several times.
        """
        start = self._theta if former is None else former
        if self._own or len(examples) < MANY:
            return self._climb(lambda theta: self._posterior(self._sums(examples, theta), theta), start)
        read = Pieces(examples, SUMMED_AT_ONCE)
        if former is None:
            pieces = max(len(examples) // SUMMED_AT_ONCE, 1)
            every = pieces // min(max(pieces // _SHARE, 1), _PIECES)
            start, _ = self._climb(lambda theta: self._posterior(_by_item(read, theta, every), theta), self._theta)
        return self._climb(lambda theta: self._posterior(_by_item(read, theta), theta), start, sparing=True)

    def _climb(
        self, posterior: Callable[[Floats], Terms], theta: Floats, *, sparing: bool = False
    ) -> tuple[Floats, Floats]:
        """Return the mode of a posterior and its curvature.

        A Newton step is halved until the posterior does not decrease. A sparing climb does not look back at its last
        step, and returns the curvature before it.
        """
        value, slope, curvature = posterior(theta)
        for _ in range(_NEWTON_STEPS):
            step = np.linalg.solve(curvature, slope)
            if sparing and np.abs(step).max() < _TOLERANCE:
                return theta + step, curvature
            for _ in range(_HALVINGS):
                higher = posterior(theta + step)
                if higher[0] >= value - 1e-9 * abs(value):
                    break
                step = step / 2.0
            theta = theta + step
            value, slope, curvature = higher
            if np.abs(step).max() < _TOLERANCE:
                break
        return theta, curvature

    def _posterior(self, terms: Iterator[Terms], theta: Floats) -> Terms:
        """Return log posterior, gradient and negative curvature.

        Returns:
            The log posterior up to a constant, ``(dim,)`` and ``(dim, dim)``.
        """
        away = theta - self._theta
        slope = -(self._precision @ away)
        value, curvature = 0.5 * float(away @ slope), self._precision.copy()
        for log_likelihood, rise, bend in terms:
            value += log_likelihood
            slope += rise
            curvature += bend
        return value, slope, curvature

    def _sums(self, examples: Examples, theta: Floats) -> Iterator[Terms]:
        """Yield log likelihood, gradient and curvature of parts."""
        for part, x in self._features(examples):
            label, weight, odds = part.label, part.weight, x @ theta
            value, gain, bend = _likelihood(odds, label, weight)
            yield value, x.T @ gain, (x * bend[:, None]).T @ x

    def _features(self, examples: Examples) -> Iterator[tuple[Examples, Floats]]:
        assert self._space is not None
        return one_hot(examples, self._space.items) if self._own else interactions(examples)

    def predict(self, impressions: Impressions) -> Floats:
        """Return the probabilities ``(r,)``; NaN before the first example."""
        if not self._trained:
            return np.full(len(impressions), np.nan)
        return np.asarray(expit(self._pairs().of_rows(impressions)))

    def policy(self) -> Policy:
        """Return a snapshot; a random policy before the first example."""
        return LogisticPolicy(self._pairs()) if self._trained else RandomPolicy()

    def _pairs(self) -> Pairs:
        assert self._space is not None
        theta = self._theta.reshape(self._space.items if self._own else self._space.user_dim, -1)
        return Pairs(theta, None, self._own, self._shapes)


def _likelihood(odds: Floats, label: Floats, weight: Floats) -> tuple[float, Floats, Floats]:
    """Return the log likelihood, and slopes and curvatures by row."""
    chance = expit(odds)
    no = np.maximum(odds, 0.0) + np.log1p(np.exp(-np.abs(odds)))  # logaddexp(0, odds) in a seventh of the time
    value = float(weight @ (label * odds - no))
    return value, weight * (label - chance), weight * chance * (1.0 - chance)


def _by_item(examples: Pieces, theta: Floats, every: int = 1) -> Iterator[Terms]:
    """Yield the terms of pieces, added up by item.

    Args:
        examples: these.
        theta: ``(dim,)`` of the shared model.
        every: read one of so many pieces only, which then stands for all of them.
    """
    for items, label, weight in examples.read(every):
        value, gain, bend = _likelihood(items.scores(theta), label, every * weight)
        curvature, slope = items.summed(bend, gain)
        yield value, slope, curvature
