"""LinUCB: the estimate of each pair plus an uncertainty bonus."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.learners.fading import Fading
from agents.learners.features import squares
from agents.learners.gram import Grams
from agents.learners.linear import Linear, Pairs
from agents.learners.slates import top, top_one
from agents.parameters import number
from sim.ports import IncrementalPath, Observations, Slate, Slates

Floats = NDArray[np.float64]
AHEAD = 256  # requests whose features are squared at once


class LinUCBPolicy:
    """A policy that shows the highest upper confidence bounds."""

    def __init__(self, pairs: Pairs, alpha: float) -> None:
        self._pairs, self._alpha = pairs, alpha

    def act(self, observations: Observations) -> Slates:
        """Return the slates with the highest bounds."""
        mean, bound = self._pairs.mean(observations), self._pairs.variance(observations)
        np.sqrt(bound, out=bound)
        bound *= self._alpha
        bound += mean
        return top(observations, bound, mean)

    def estimates(self, observations: Observations) -> Floats:
        """Return the estimates of all items, ``(n, m)``."""
        return self._pairs.mean(observations)

    def predict(self, observations: Observations, items: NDArray[np.int64]) -> Floats:
        """Return the estimates ``(n,)``, without the bonus."""
        return self._pairs.of(observations, items)


class _Incremental:
    """The fast path of `LinUCB` with one model per item.

    It does the operations of `LinUCBPolicy` and `Linear.train` in the same order.
    """

    def __init__(self, grams: Grams, alpha: float) -> None:
        self._grams, self._theta, self._alpha = grams, grams.theta, alpha
        self._inverse = grams.inverse.reshape(len(grams.inverse), -1)  # a view
        self._zero = np.zeros(len(grams.inverse))
        self._batch: Observations | None = None
        self._first, self._answered = 0, -1
        self._ahead: list[tuple[Floats, Floats]] = []  # features and their squares, of requests from ``_first`` on

    def act_one(self, observations: Observations, row: int) -> Slate:
        """Return the slate with the highest bounds."""
        if observations is not self._batch or not 0 <= row - self._first < len(self._ahead):
            self._look_ahead(observations, row)
        x, squared = self._ahead[row - self._first]
        mean, bound = self._theta.dot(x), self._inverse.dot(squared)
        self._mean, self._answered = mean, row
        np.maximum(bound, self._zero, out=bound)
        np.sqrt(bound, out=bound)
        if self._alpha != 1.0:
            bound *= self._alpha
        bound += mean
        return top_one(bound, observations.size, mean)

    def predict_one(self, observations: Observations, row: int, place: int) -> float:
        """Return the estimate of an item."""
        if observations is not self._batch or row != self._answered:
            self.act_one(observations, row)
        estimate: float = self._mean.item(place)
        return estimate

    def _look_ahead(self, observations: Observations, row: int) -> None:
        x = observations.features[row : row + AHEAD]
        self._batch, self._first, self._ahead = observations, row, list(zip(x, squares(x), strict=True))

    def learn_one(self, item: int, user_features: Floats, label: float, oldest_item: int) -> None:
        """Add an example to the statistics of its item."""
        self._answered = -1
        gram = self._grams[item]
        gram.add_one(user_features, label, 1.0)
        gram.solve()


class LinUCB(Linear):
    """LinUCB with one shared model or one per item.

    The score is ``theta' phi + alpha * sqrt(phi' A^-1 phi)`` with ``A = ridge I + sum phi phi'``.

    Args:
        alpha: width of the bonus.
        ridge: prior strength, above 0.
        model: ``"shared"``, ``"per_item"`` or ``"auto"``.
        forget: half-life of an example's weight, such as ``"12h"``, or seconds; None: weights do not fade.

    Source: Li, Chu, Langford & Schapire 2010 (https://arxiv.org/abs/1003.0146).

    Two days of a small news feed, refitted every six hours; regret as a share of that of random slates:

    >>> from agents import Agent, Every, LinUCB
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("news_feed", {"users.count": 300, "horizon": "2d", "users.shifts": []})
    >>> run = simulate(world, Agent(LinUCB(alpha=0.3), cadence=Every("6h")), trace=False)
    >>> round(run.summary["regret/normalised"], 1)
    0.7
    """

    reads = ("request_at", "item", "user_features", "item_features")
    labels = "real"

    def __init__(
        self, alpha: float = 1.0, ridge: float = 1.0, model: str = "auto", forget: float | str | None = None
    ) -> None:
        super().__init__(ridge, model, forget)
        self.alpha = number("alpha", alpha)

    def incremental(self) -> IncrementalPath | None:
        """Return the fast path, or None.

        It applies where each item has its own model, and not to subclasses, which may differ.
        """
        if type(self) is not LinUCB or self._space is None or not self._own or isinstance(self._grams, Fading):
            return None
        return _Incremental(self._grams, self.alpha)

    def _snapshot(self) -> LinUCBPolicy:
        return LinUCBPolicy(self._pairs(uncertain=True), self.alpha)
