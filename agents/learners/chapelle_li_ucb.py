"""Upper confidence bounds whose clock is the age of items."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.learners._index import CountingLearner, Snapshot, means
from agents.learners.slates import certain
from agents.parameters import number
from sim.ports import Observations, Slates, best, seconds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class ChapelleLiPolicy:
    """A policy whose indices grow with the age of items."""

    def __init__(self, counts: Snapshot, step: float) -> None:
        self._counts, self._step = counts, step

    def act(self, observations: Observations) -> Slates:
        """Return the slates with the highest indices at each request."""
        catalogue = observations.catalogue
        pulls, wins = self._counts.of(catalogue.ids)
        mean = means(pulls, wins)
        tried = ~np.isnan(mean)
        age = (observations.at[:, None] - catalogue.born_at) / self._step
        x = 0.5 * np.log(np.maximum(age, 1.0)) / np.where(tried, pulls, 1.0)
        rate = np.where(tried, np.maximum(mean, 0.0), 0.0)
        index = rate + np.sqrt(2.0 * rate * x) + 2.0 * x
        shown = best(np.where(tried, index, np.inf), observations.size)
        return Slates(catalogue.ids[shown], certain(*shown.shape), mean[shown])

    def predict(self, observations: Observations, items: Ints) -> Floats:
        """Return the mean outcome of each item, NaN where unknown."""
        return means(*self._counts.at(items))


class ChapelleLiUCB(CountingLearner):
    """UCB with the index ``k/n + sqrt(2 (k/n) L/n) + 2 L/n``, where ``L = ln(t) / 2``.

    Here k counts the successes and n the pulls of the item that are known, and t is its age at the request in steps.
    So a new item starts its own clock, and an index goes on growing between two versions. Untried items come first,
    lowest id first. The index is an upper bound on that of `KLUCB` with the same confidence, from the variance of rare
    events: nearly as good where rates are low.

    Of the delay it assumes nothing; n counts known outcomes only. The paper's table shows what it costs: within a batch
    of late feedback all requests get the same items.

    Cost: one index for each pair of request and item.

    Args:
        step: the length of a step, such as ``1s``: the mean time between two requests.

    Source: Chapelle & Li 2011, *An Empirical Evaluation of Thompson Sampling*, section 2
    (https://papers.nips.cc/paper/4321-an-empirical-evaluation-of-thompson-sampling); the age as clock is the reading
    that gives the numbers of its Table 1.

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls:

    >>> from agents import Agent, ChapelleLiUCB, ObservedOnly
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(ChapelleLiUCB(), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.03
    """

    reads = ("item",)
    labels = "binary"

    def __init__(self, step: float | str = "1s") -> None:
        super().__init__()
        self.step = number("step", seconds(step), above=True)

    def policy(self) -> ChapelleLiPolicy:
        """Return a snapshot."""
        return ChapelleLiPolicy(self._statistics.copy(), self.step)
