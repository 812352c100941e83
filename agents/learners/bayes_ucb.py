"""Bayes-UCB: upper quantiles of each item's posterior."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainccinv

from agents.learners._index import CountingLearner, IndexPolicy, Snapshot
from agents.learners.beta_thompson import beta, posterior_means
from agents.parameters import number
from sim.ports import Impressions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class BayesUCBPolicy(IndexPolicy):
    """A policy that shows the highest quantiles of Beta posteriors."""

    def __init__(self, counts: Snapshot, a: float, b: float, c: float) -> None:
        self._counts, self._prior, self._c = counts, (a, b), c

    def _indices(self, ids: Ints, pulls: Floats, wins: Floats) -> Floats:
        t = max(self._counts.total, 0.0) + 1.0
        return np.asarray(betainccinv(*beta(pulls, wins, *self._prior), 1.0 / (t * max(np.log(t), 1.0) ** self._c)))

    def _means(self, pulls: Floats, wins: Floats) -> Floats:
        a, b = beta(pulls, wins, *self._prior)
        return a / (a + b)


class BayesUCB(CountingLearner):
    """Bayes-UCB, whose index is a quantile of Beta posteriors.

    It is the quantile ``1 - 1 / (t ln(t)**c)`` of ``Beta(a + wins, b + pulls - wins)``, where t is one more than all
    pulls learnt so far. An untried item has the quantile of the prior.

    Of the delay it assumes nothing: pulls are known outcomes only. Where a no is silent, the correction has to see to
    it that yeses, which come first, are not all.

    Cost: one quantile of a Beta law for each item, about a microsecond, for each version and call.

    Args:
        a: prior successes.
        b: prior failures.
        c: power of ``ln t``; the theorem has 5, the authors use 0.

    Source: Kaufmann, Cappé & Garivier 2012, *On Bayesian Upper Confidence Bounds for Bandit Problems*
    (https://proceedings.mlr.press/v22/kaufmann12.html).

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls:

    >>> from agents import Agent, BayesUCB, ObservedOnly
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(BayesUCB(), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.03
    """

    reads = ("item",)
    labels = "binary"

    def __init__(self, a: float = 1.0, b: float = 1.0, c: float = 0.0) -> None:
        super().__init__()
        self.a, self.b = number("a", a, above=True), number("b", b, above=True)
        self.c = number("c", c)

    def predict(self, impressions: Impressions) -> Floats:
        """Return the posterior mean of each item, ``(r,)``."""
        return posterior_means(self._statistics, self.a, self.b, impressions.item)

    def policy(self) -> BayesUCBPolicy:
        """Return a snapshot."""
        return BayesUCBPolicy(self._statistics.copy(), self.a, self.b, self.c)
