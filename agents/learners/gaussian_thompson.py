"""Thompson sampling with Gaussian posteriors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from agents.described import Described
from agents.learners.counts import Counts, means
from agents.parameters import number
from sim.ports import Experience, Impressions, Observations, Slates, best

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class GaussianThompsonPolicy:
    """A policy with one draw for every (user, visit, item)."""

    def __init__(self, counts: Counts, scale: float) -> None:
        self._counts, self._scale = counts, scale

    def act(self, observations: Observations) -> Slates:
        """Return the slates with the highest draws."""
        ids = observations.catalogue.ids
        pulls, wins = self._counts.of(ids)
        n = np.maximum(pulls, 0.0) + 1.0
        draws = wins / n + self._scale / np.sqrt(n) * ndtri(observations.uniforms())
        shown = best(draws, observations.size)
        return Slates(ids.take(shown), None, means(pulls, wins).take(shown))

    def predict(self, observations: Observations, items: Ints) -> Floats:
        """Return the mean outcome of each item, NaN where unknown."""
        return means(*self._counts.at(items))


class GaussianThompson(Described):
    """Thompson sampling that draws from ``N(wins / (n + 1), scale**2 / (n + 1))``.

    Here n counts the pulls of the item that are known. It is the posterior of a mean with the prior N(0, scale**2)
    under noise of that size, and takes outcomes of any kind.

    Of the delay it assumes nothing. Requests within a delay draw for themselves, so that late feedback does not leave
    them all with one item.

    Cost: one normal quantile for each pair of request and item.

    Args:
        scale: width of the posterior; 1 is right for outcomes from 0 to 1, less for rare ones.

    Source: Agrawal & Goyal 2017, *Near-Optimal Regret Bounds for Thompson Sampling* (https://arxiv.org/abs/1209.3353).

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls:

    >>> from agents import Agent, GaussianThompson, ObservedOnly
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(GaussianThompson(), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.02
    """

    reads = ("item",)
    labels = "real"

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = number("scale", scale)
        self._counts = Counts()

    def train(self, experience: Experience) -> None:
        """Add weighted examples to the counts."""
        if experience.refit:
            self._counts = self._counts.afresh()
        self._counts.add(experience)

    def predict(self, impressions: Impressions) -> Floats:
        """Return the mean outcome of each item, NaN where unknown."""
        return means(*self._counts.at(impressions.item))

    def policy(self) -> GaussianThompsonPolicy:
        """Return a snapshot."""
        return GaussianThompsonPolicy(self._counts.copy(), self.scale)
