"""Ridge ranker: the top K by a regression on pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.learners.linear import Linear, Pairs
from agents.learners.slates import RandomPolicy, top
from sim.ports import Experience, Impressions, Observations, Policy, Slates


class RankerPolicy:
    """A policy that shows the highest estimates."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs

    def act(self, observations: Observations) -> Slates:
        """Return the slates with the highest estimates."""
        mean = self._pairs.mean(observations)
        return top(observations, mean, mean)

    def estimates(self, observations: Observations) -> NDArray[np.float64]:
        """Return the estimates of all items, ``(n, m)``."""
        return self._pairs.mean(observations)

    def predict(self, observations: Observations, items: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the estimates ``(n,)``."""
        return self._pairs.of(observations, items)


class RidgeRanker(Linear):
    """Ridge regression of the outcome on user x item features.

    It does not explore; before the first example it shows random slates.

    Args:
        ridge: prior strength, above 0.
        model: ``"shared"``, ``"per_item"`` or ``"auto"``.
        forget: half-life of an example's weight, such as ``"12h"``, or seconds; None: weights do not fade.

    Source: Hoerl & Kennard 1970 (https://doi.org/10.1080/00401706.1970.10488634).

    Two days of a small news feed, refitted every six hours; regret as a share of that of random slates:

    >>> from agents import Agent, Every, RidgeRanker
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("news_feed", {"users.count": 300, "horizon": "2d", "users.shifts": []})
    >>> run = simulate(world, Agent(RidgeRanker(), cadence=Every("6h")), trace=False)
    >>> round(run.summary["regret/normalised"], 1)
    0.7
    """

    reads = ("request_at", "item", "user_features", "item_features")
    labels = "real"

    def __init__(self, ridge: float = 10.0, model: str = "auto", forget: float | str | None = None) -> None:
        super().__init__(ridge, model, forget)
        self._trained = False

    def train(self, experience: Experience) -> None:
        """Add weighted examples to the statistics."""
        super().train(experience)
        before = self._trained and not experience.refit
        self._trained = before or len(experience.examples) > 0

    def predict(self, impressions: Impressions) -> NDArray[np.float64]:
        """Return the estimates ``(r,)``; NaN before the first example."""
        return super().predict(impressions) if self._trained else np.full(len(impressions), np.nan)

    def _snapshot(self) -> Policy:
        return RankerPolicy(self._pairs(uncertain=False)) if self._trained else RandomPolicy()
