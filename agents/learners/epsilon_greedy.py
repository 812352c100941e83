"""Epsilon-greedy with the mean outcome of each item."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.described import Described
from agents.learners.counts import Counts
from agents.learners.greedy_or_random import greedy_or_random, propensity, slate_propensity
from agents.parameters import number
from sim.ports import Experience, Impressions, Observations, Slates, best


class EpsilonGreedyPolicy:
    """A policy that shows the highest means or random slates."""

    def __init__(self, counts: Counts, epsilon: float) -> None:
        self._counts, self._epsilon = counts, epsilon

    def act(self, observations: Observations) -> Slates:
        """Return slates and propensities.

        A propensity adds up both ways in which an item can get its position, greedy and random.
        """
        known, means = self._means(observations)
        greedy = np.repeat(self._greedy(known, means, observations), len(observations), axis=0)
        shown, chance = greedy_or_random(observations, greedy, self._epsilon)
        return Slates(observations.catalogue.ids[shown], chance, means[shown])

    def propensity(self, observations: Observations, items: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the probability of each item at its position."""
        ids = observations.catalogue.ids
        greedy = ids[self._greedy(*self._means(observations), observations)]
        return propensity(observations, greedy, items, self._epsilon)

    def slate_propensity(self, observations: Observations, items: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the probability of whole slates, in order, ``(n,)``."""
        greedy = observations.catalogue.ids[self._greedy(*self._means(observations), observations)]
        return slate_propensity(observations, greedy, items, self._epsilon)

    def _means(self, observations: Observations) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Return which items are known, and the means, ``(m,)``."""
        pulls, wins = self._counts.of(observations.catalogue.ids)
        known = pulls > 0
        return known, np.divide(wins, pulls, out=np.full(len(known), np.nan), where=known)

    @staticmethod
    def _greedy(known: NDArray[np.bool_], means: NDArray[np.float64], observations: Observations) -> NDArray[np.intp]:
        """Return the positions of the greedy slate, ``(1, size)``."""
        return best(np.where(known, means, np.inf)[None, :], observations.size)

    def predict(self, observations: Observations, items: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the mean outcome of each item, NaN where unknown."""
        return self._counts.means(items)


class EpsilonGreedy(Described):
    """Random slates with probability epsilon, else the highest means.

    An item without a known outcome ranks first, lowest id first: with late feedback it is shown until its first outcome
    arrives.

    Args:
        epsilon: probability of a uniformly random slate, in [0, 1].

    Source: Sutton & Barto 2018, *Reinforcement Learning*, section 2.2
    (http://incompleteideas.net/book/the-book-2nd.html).

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls:

    >>> from agents import Agent, ObservedOnly, EpsilonGreedy
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(EpsilonGreedy(0.1), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.1
    """

    reads = ("item",)
    labels = "real"

    def __init__(self, epsilon: float = 0.1) -> None:
        self.epsilon = number("epsilon", epsilon, most=1.0)
        self._counts = Counts()

    def train(self, experience: Experience) -> None:
        """Add weighted examples to the counts."""
        if experience.refit:
            self._counts = self._counts.afresh()
        self._counts.add(experience)

    def predict(self, impressions: Impressions) -> NDArray[np.float64]:
        """Return the mean outcome of each item, NaN where unknown."""
        return self._counts.means(impressions.item)

    def policy(self) -> EpsilonGreedyPolicy:
        """Return a snapshot."""
        return EpsilonGreedyPolicy(self._counts.copy(), self.epsilon)
