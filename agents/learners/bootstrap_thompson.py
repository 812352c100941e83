"""Bootstrapped Thompson sampling around any learner."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.learners.composed import Composed
from agents.learners.epsilon_greedy import EpsilonGreedy
from agents.learners.estimates import estimates, predictions
from agents.learners.reweighted import Reweighted
from agents.learners.ridge import RidgeRanker
from agents.learners.slates import RandomPolicy, coin
from agents.parameters import number
from sim.ports import (
    Experience,
    Impressions,
    Learner,
    Observations,
    Policy,
    Slates,
    Space,
    at_positions,
    best,
    child,
    fresh_copy,
    uniform,
)

Floats = NDArray[np.float64]


class BootstrapThompsonPolicy:
    """A policy that asks one of several policies.

    Args:
        policies: those of the copies.
    """

    def __init__(self, policies: list[Any]) -> None:
        self._policies = policies

    def act(self, observations: Observations) -> Slates:
        """Return the best slates of a drawn copy."""
        n, count = len(observations), len(self._policies)
        each = [self._of(policy, observations) for policy in self._policies]
        places = np.array([best(np.where(np.isnan(own), np.inf, own), observations.size) for own in each])
        drawn = (coin(observations) * count).astype(np.intp)
        shown = places[drawn, np.arange(n)]
        chance = (places == shown).sum(axis=0) / count
        return Slates(observations.catalogue.ids.take(shown), chance, at_positions(_mean(each), shown))

    def _of(self, policy: Any, observations: Observations) -> Floats:
        known = estimates(policy, observations)
        assert known is not None
        return known

    def estimates(self, observations: Observations) -> Floats:
        """Return the mean estimates of all items, ``(n, m)``."""
        return _mean([self._of(policy, observations) for policy in self._policies])

    def predict(self, observations: Observations, items: NDArray[np.int64]) -> Floats:
        """Return the mean estimates of the copies, ``(n,)``."""
        return _mean([policy.predict(observations, items) for policy in self._policies])


def _mean(each: list[Floats]) -> Floats:
    """Return the mean over copies, NaN where one knows nothing."""
    return np.asarray(sum(each[1:], each[0]) / len(each))


def weights(rows: Impressions, copy: int) -> Floats:
    """Return exponential weights of mean 1, ``(r,)``.

    They are keyed by impression and copy.
    """
    keys = child(child(child(np.uint64(copy), rows.user), rows.visit), rows.position)
    return np.asarray(-np.log(uniform(keys, 0)))


class BootstrapThompson(Composed):
    """Thompson sampling by the bootstrap.

    Several copies of the base learn from the same examples with weights of their own, each multiplied by an exponential
    number of mean 1 that is keyed by impression and copy (the Bayesian bootstrap). For each request one copy is drawn,
    and its highest estimates are shown. The propensity of an item at a position is the share of copies that put it
    there, which is exact. What is predicted is the mean of the copies. What a copy knows nothing of comes first, lowest
    id first; before any example, slates are those of the base's prior, the same for all copies. It assumes nothing of
    the delay beyond what its base does. Cost: that of the base, times the copies.

    Args:
        base: a learner that takes weights and whose policies predict; `RidgeRanker` by default.
        copies: how many, at least 2.

    Source: Eckles & Kaptein 2014 (https://arxiv.org/abs/1410.4009); exponential weights, Rubin 1981
    (https://doi.org/10.1214/aos/1176345338).

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls:

    >>> from agents import Agent, BootstrapThompson, EpsilonGreedy, ObservedOnly
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(BootstrapThompson(EpsilonGreedy()), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.03
    """

    tried_with: ClassVar[dict[str, tuple[type, ...]]] = {"base": (RidgeRanker, EpsilonGreedy)}

    def __init__(self, base: Learner | None = None, copies: int = 10) -> None:
        super().__init__(base or RidgeRanker())
        self.copies = int(number("copies", copies, least=2.0))
        self._copies: list[Any] = [fresh_copy(self.base) for _ in range(self.copies)]

    @property
    def reads(self) -> tuple[str, ...] | None:
        """The columns that it and its base read."""
        return self._columns("user", "visit", "position")

    def begin(self, space: Space) -> None:
        """Set up the copies for the shape of the world."""
        super().begin(space)
        for one in self._copies:
            if begin := getattr(one, "begin", None):
                begin(space)

    def train(self, experience: Experience) -> None:
        """Train each copy on examples with weights of its own."""
        for number_, one in enumerate(self._copies):
            told = Reweighted(experience.examples, partial(weights, copy=number_))
            one.train(replace(experience, examples=told))

    def predict(self, impressions: Impressions) -> Floats:
        """Return the mean of what the copies expect, ``(r,)``."""
        return _mean([predictions(one, impressions) for one in self._copies])

    def policy(self) -> Policy:
        """Return a snapshot; random without estimates."""
        policies = [one.policy() for one in self._copies]
        return BootstrapThompsonPolicy(policies) if hasattr(policies[0], "predict") else RandomPolicy()
