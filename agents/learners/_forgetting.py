"""Bandit rules on statistics that forget: bounds, and draws."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.learners._index import CountingLearner, IndexPolicy, Statistics
from agents.learners.beta_thompson import BetaThompsonPolicy, posterior_means
from agents.parameters import number
from sim.ports import Impressions

Floats = NDArray[np.float64]


def _index(mean: Floats, pulls: Floats, total: float, xi: float, width: float) -> Floats:
    return np.asarray(mean + width * np.sqrt(xi * np.log(total) / pulls))


class ForgettingUCB(CountingLearner, ABC):
    """The index ``mean + width sqrt(xi ln t / n)``.

    Args:
        xi: factor of the confidence.
    """

    reads = ("item", "request_at")
    labels = "real"
    width: ClassVar[float]

    def __init__(self, xi: float) -> None:
        self.xi = number("xi", xi)
        super().__init__()

    @abstractmethod
    def _empty(self) -> Statistics:
        """Return statistics without examples."""

    def policy(self) -> IndexPolicy:
        """Return a snapshot."""
        return IndexPolicy(self._statistics.copy(), partial(_index, xi=self.xi, width=self.width))


class ForgettingThompson(CountingLearner, ABC):
    """Draws from Beta posteriors.

    Args:
        a: prior successes.
        b: prior failures.
    """

    reads = ("item", "request_at")
    labels = "binary"

    def __init__(self, a: float, b: float) -> None:
        self.a, self.b = number("a", a, above=True), number("b", b, above=True)
        super().__init__()

    @abstractmethod
    def _empty(self) -> Statistics:
        """Return statistics without examples."""

    def predict(self, impressions: Impressions) -> Floats:
        """Return the posterior mean of each item, ``(r,)``."""
        return posterior_means(self._statistics, self.a, self.b, impressions.item)

    def policy(self) -> BetaThompsonPolicy:
        """Return a snapshot."""
        return BetaThompsonPolicy(self._statistics.copy(), self.a, self.b)
