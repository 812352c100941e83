"""FTRL-proximal: online logistic regression with a bias for each item."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from agents.described import Described
from agents.learners.features import interactions, with_constant
from agents.learners.item_table import ItemTable
from agents.learners.slates import RandomPolicy, top
from agents.parameters import number
from sim.ports import Experience, Impressions, Observations, Policy, Slates, Space, along_rows, cross

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class FTRLPolicy:
    """A policy that shows the highest log odds.

    Args:
        theta: weights of user x item features, ``(p, d + 1)``.
        bias: returns the biases of items, ``(n,)``.
    """

    def __init__(self, theta: Floats, bias: _Bias) -> None:
        self._theta, self._bias = theta, bias

    def _odds(self, observations: Observations) -> Floats:
        catalogue = observations.catalogue
        by_item = cross(observations.features, self._theta.T)
        return cross(by_item, with_constant(catalogue.features)) + self._bias.of(catalogue.ids)

    def act(self, observations: Observations) -> Slates:
        """Return the slates with the highest log odds."""
        odds = self._odds(observations)
        slates = top(observations, odds, odds)
        assert slates.predicted is not None
        return Slates(slates.items, slates.propensity, expit(slates.predicted))

    def estimates(self, observations: Observations) -> Floats:
        """Return the probabilities of all items, ``(n, m)``."""
        return np.asarray(expit(self._odds(observations)))

    def predict(self, observations: Observations, items: Ints) -> Floats:
        """Return the probabilities ``(n,)``."""
        features = observations.catalogue.features.take(observations.catalogue.positions(items), axis=0)
        return self.expected(observations.features, features, items)

    def expected(self, z: Floats, features: Floats, items: Ints) -> Floats:
        """Return the probabilities of pairs of user and item, ``(n,)``."""
        odds = along_rows(np.add, cross(z, self._theta.T) * with_constant(features))
        return np.asarray(expit(odds + self._bias.of(items)))


class _Rule:
    """The step of FTRL-proximal."""

    def __init__(self, alpha: float, beta: float, l1: float, l2: float) -> None:
        self.alpha, self.beta, self.l1, self.l2 = alpha, beta, l1, l2

    def weights(self, z: Floats, n: Floats) -> Floats:
        """Return the weights of sums z and n, any shape."""
        shrunk = np.sign(z) * np.maximum(np.abs(z) - self.l1, 0.0)
        return np.asarray(-shrunk / ((self.beta + np.sqrt(n)) / self.alpha + self.l2))

    def step(self, z: Floats, n: Floats, weights: Floats, slope: Floats) -> None:
        """Add a gradient to z and n, in place."""
        squared = slope * slope
        z += slope - (np.sqrt(n + squared) - np.sqrt(n)) / self.alpha * weights
        n += squared


class _Bias:
    """The biases of items, by their z and n."""

    def __init__(self, table: ItemTable, rule: _Rule) -> None:
        self._table, self._rule = table, rule

    def of(self, items: Ints) -> Floats:
        """Return the biases of items, ``(n,)``."""
        return self._rule.weights(*self._table.at(items).T)


class FTRL(Described):
    """Logistic regression by FTRL-proximal, one example after the other.

    The log odds are linear in user x item features, plus a bias for each item. For a gradient g of the log loss,
    coordinate by coordinate: ``z += g - (sqrt(n + g^2) - sqrt(n)) / alpha * theta`` and ``n += g^2``, and the weight is
    ``theta = -(z - sign(z) l1) / ((beta + sqrt(n)) / alpha + l2)``, or 0 where ``|z| <= l1``. Steps get smaller with
    what a coordinate has seen, so a new item's bias moves quickly. Its answer depends on the order of examples, and an
    example cannot be taken back; a refit starts over, with one pass; a warm one is one more pass with the z and n of
    before, whose steps go on getting smaller. It does not explore; before the first example it shows random slates. Of
    the delay it assumes what the correction does. Cost: linear in features for each example.

    Args:
        alpha: step size, above 0.
        beta: steadies the first steps.
        l1: what is below it in z has weight 0.
        l2: ridge.

    Source: McMahan et al. 2013, *Ad click prediction: a view from the trenches*
    (https://doi.org/10.1145/2487575.2488200), algorithm 1.

    Two days of a small news feed, each outcome learnt at once; regret as a share of that of random slates:

    >>> from agents import FTRL, Agent, ObservedOnly
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("news_feed", {"users.count": 50, "horizon": "1d", "users.shifts": []})
    >>> run = simulate(world, Agent(FTRL(), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 1)
    0.7
    """

    reads = ("item", "user_features", "item_features")
    labels = "soft"
    retracts = False
    warms = True

    def __init__(self, alpha: float = 0.1, beta: float = 1.0, l1: float = 0.0, l2: float = 1.0) -> None:
        self.alpha, self.beta = number("alpha", alpha, above=True), number("beta", beta)
        self.l1, self.l2 = number("l1", l1), number("l2", l2)
        self._rule = _Rule(self.alpha, self.beta, self.l1, self.l2)
        self._space: Space | None = None

    def begin(self, space: Space) -> None:
        """Set up the weights for the shape of the world."""
        self._space = space
        self._start_over()

    def _start_over(self) -> None:
        assert self._space is not None
        self._sums = np.zeros((2, self._space.user_dim * (self._space.item_dim + 1)))
        self._items = ItemTable(2)
        self._trained = False

    def train(self, experience: Experience) -> None:
        """Take a step for each example, in order."""
        if self._space is None:
            raise RuntimeError("begin(space) was never called")
        if experience.refit and not experience.warm:
            self._start_over()
        if not len(experience.examples):
            return
        self._items.forget(experience.oldest_item)
        self._trained = True
        for part, features in interactions(experience.examples):
            item, label, weight = part.impressions.item.tolist(), part.label.tolist(), part.weight.tolist()
            for x, *one in zip(features, item, label, weight, strict=True):
                self._learn(x, *one)

    def _learn(self, x: Floats, item: int, label: float, weight: float) -> None:
        rule, (z, n) = self._rule, self._sums
        theta = rule.weights(z, n)
        own = self._items.row(item)
        bias = 0.0 if own is None else float(rule.weights(own[0], own[1]))
        odds = float((theta * x).sum()) + bias
        slope = weight * (1.0 / (1.0 + math.exp(-odds)) - label) if odds > -700.0 else -weight * label
        rule.step(z, n, theta, slope * x)
        if own is not None:
            rule.step(own[:1], own[1:], np.array([bias]), np.array([slope]))

    def _snapshot(self) -> FTRLPolicy:
        assert self._space is not None
        theta = self._rule.weights(*self._sums).reshape(self._space.user_dim, -1)
        return FTRLPolicy(theta, _Bias(self._items.copy(), self._rule))

    def predict(self, impressions: Impressions) -> Floats:
        """Return the probabilities of impressions, ``(r,)``.

        NaN before the first example.
        """
        if self._space is None or not self._trained:
            return np.full(len(impressions), np.nan)
        rows = impressions
        return self._snapshot().expected(rows.user_features, rows.item_features, rows.item)

    def policy(self) -> Policy:
        """Return a snapshot; a random policy before the first example."""
        return RandomPolicy() if self._space is None or not self._trained else self._snapshot()
