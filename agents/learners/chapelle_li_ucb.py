"""Upper confidence bounds whose clock is the age of items."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.learners._index import CountingLearner, Snapshot
from agents.learners.counts import Counts, means
from agents.learners.slates import certain, top_one
from agents.parameters import number
from sim.ports import IncrementalPath, Observations, Slate, Slates, best, seconds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class ChapelleLiPolicy:
    """A policy whose indices grow with the age of items."""

    def __init__(self, counts: Snapshot, step: float) -> None:
        self._counts, self._step = counts, step

    def act(self, observations: Observations) -> Slates:
        """Return the slates with the highest indices at each request."""
        ids = observations.catalogue.ids
        mean, *known = _known(self._counts, ids)
        shown = best(_indices(_confidence(observations, self._step), *known), observations.size)
        return Slates(ids[shown], certain(*shown.shape), mean[shown])

    def predict(self, observations: Observations, items: Ints) -> Floats:
        """Return the mean outcome of each item, NaN where unknown."""
        return means(*self._counts.at(items))


def _known(counts: Counts | Snapshot, ids: Ints) -> tuple[Floats, Floats, Floats, Floats]:
    """Return means, pulls, rates and first turns, ``(m,)`` each.

    Items without pulls have the first turn, infinite, a mean of NaN, and 1 and 0 in place of pulls and rate.
    """
    pulls, wins = counts.of(ids)
    mean = means(pulls, wins)
    tried = ~np.isnan(mean)
    rate = np.where(tried, np.maximum(mean, 0.0), 0.0)
    return mean, np.where(tried, pulls, 1.0), rate, np.where(tried, 0.0, np.inf)


def _confidence(observations: Observations, step: float) -> Floats:
    """Return L of each request and item, ``(n, m)``."""
    age = (observations.at[:, None] - observations.catalogue.born_at) / step
    return np.asarray(0.5 * np.log(np.maximum(age, 1.0)))


def _indices(confidence: Floats, pulls: Floats, rate: Floats, first: Floats) -> Floats:
    x = confidence / pulls
    return np.asarray(rate + np.sqrt(2.0 * rate * x) + 2.0 * x + first)


class _Incremental:
    """The fast path of `ChapelleLiUCB`, for single requests.

    It does the operations of `ChapelleLiPolicy` and `ChapelleLiUCB.train` in the same order.
    """

    def __init__(self, counts: Counts, step: float) -> None:
        self._counts, self._step = counts, step
        self._batch: Observations | None = None
        self._changes = -1  # of the counts, when what is known was computed
        self._oldest = -1

    def act_one(self, observations: Observations, row: int) -> Slate:
        """Return the slate with the highest indices."""
        self._refresh(observations)
        scores = _indices(self._confidence[row], self._pulls, self._rate, self._first)
        return top_one(scores, observations.size, self._mean)

    def predict_one(self, observations: Observations, row: int, place: int) -> float:
        """Return the mean outcome of an item, NaN where unknown."""
        self._refresh(observations)
        mean: float = self._mean.item(place)
        return mean

    def _refresh(self, observations: Observations) -> None:
        if observations is not self._batch:
            self._batch, self._changes = observations, -1
            self._place, self._confidence = observations.catalogue.place, _confidence(observations, self._step)
        if self._changes != self._counts.changes:
            self._changes = self._counts.changes
            self._mean, *known = _known(self._counts, observations.catalogue.ids)
            self._pulls, self._rate, self._first = known

    def learn_one(self, item: int, user_features: Floats, label: float, oldest_item: int) -> None:
        """Add an example to the counts."""
        if oldest_item != self._oldest:
            self._oldest = oldest_item
            self._counts.forget(oldest_item)
        known = self._changes == self._counts.changes
        pulls, wins = self._counts.add_one(item, 1.0, label)
        if known:  # only what is known of this item changes
            self._changes = self._counts.changes
            if (place := self._place.get(item)) is not None:
                self._pulls[place], self._first[place] = pulls, 0.0
                self._mean[place] = mean = wins / pulls
                self._rate[place] = max(mean, 0.0)


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

    def incremental(self) -> IncrementalPath | None:
        """Return the fast path; None for subclasses, which may differ."""
        if type(self) is not ChapelleLiUCB or not isinstance(self._statistics, Counts):
            return None
        return _Incremental(self._statistics, self.step)

    def policy(self) -> ChapelleLiPolicy:
        """Return a snapshot."""
        return ChapelleLiPolicy(self._statistics.copy(), self.step)
