"""Epsilon-greedy on the mean outcome of each item."""

from __future__ import annotations

import numpy as np

from agents.learners.counts import Counts
from agents.learners.slates import coin, random_positions
from agents.parameters import number
from sim.ports import Experience, Observations, Slates, best


class EpsilonGreedyPolicy:
    """Shows the highest means, and now and then a random slate."""

    def __init__(self, counts: Counts, epsilon: float) -> None:
        self._counts, self._epsilon = counts, epsilon

    def act(self, observations: Observations) -> Slates:
        """Answer; the propensity counts both ways in which an item can get to its position."""
        means = self._counts.means(observations.catalogue.ids)
        scores = np.where(np.isnan(means), np.inf, means)[None, :]
        greedy = np.repeat(best(scores, observations.size), len(observations), axis=0)
        explore = coin(observations) < self._epsilon
        shown = np.where(explore[:, None], random_positions(observations), greedy)
        chance = self._epsilon / len(means) + (1.0 - self._epsilon) * (shown == greedy)
        return Slates(observations.catalogue.ids[shown], chance, np.nan_to_num(means)[shown])


class EpsilonGreedy:
    """With probability epsilon a uniformly random slate, else the items with the highest mean outcome.

    An item never learnt about counts as the best: each is tried once.

    Args:
        epsilon: in [0, 1].

    Source: Sutton & Barto 2018, *Reinforcement Learning*, section 2.2 (http://incompleteideas.net/book/the-book-2nd.html).
    """

    def __init__(self, epsilon: float = 0.1) -> None:
        self.epsilon = number("epsilon", epsilon, most=1.0)
        self._counts = Counts()

    def train(self, experience: Experience) -> None:
        """Add weighted examples to the counts."""
        if experience.refit:
            self._counts = Counts()
        self._counts.add(experience.examples)

    def policy(self) -> EpsilonGreedyPolicy:
        """Return a snapshot."""
        return EpsilonGreedyPolicy(self._counts.copy(), self.epsilon)
