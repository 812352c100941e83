"""Pulls weighted by the chance that their outcome has come."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from agents.learners._index import CountingLearner, IndexPolicy
from agents.learners.counts import Counts
from agents.parameters import number
from sim.ports import Experience, Impressions, delay_law, seconds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bound = Callable[[Floats, Floats, Floats, float], Floats]

_HIGH = 1e100  # above any index of an item whose outcomes may have come


class CensoredSnapshot:
    """Weighted pulls, pulls and wins of items at a cutoff.

    Args:
        known: weighted pulls, and wins.
        served: pulls.
    """

    def __init__(self, known: Counts, served: Counts) -> None:
        self._known, self._served = known, served

    @property
    def total(self) -> float:
        """The sum of all pulls."""
        return self._served.total

    def of(self, ids: Ints) -> tuple[Floats, Floats]:
        """Return weighted pulls and wins of the items alive."""
        return self._known.of(ids)

    def at(self, items: Ints) -> tuple[Floats, Floats]:
        """Return weighted pulls and wins of items in any order."""
        return self._known.at(items)

    def served(self, ids: Ints) -> Floats:
        """Return the pulls of the items alive, ``(m,)``."""
        return self._served.of(ids)[0]


class CensoredCounts:
    """Statistics under a known delay law, cut at a window.

    An impression of age a counts ``F(min(a, window))`` pulls: the chance that a yes would be in the log by now.

    Args:
        delay: the law, a line of text as in a scenario.
        window: seconds.
    """

    def __init__(self, delay: str, window: float) -> None:
        self._delay, self._law, self._window = delay, delay_law(delay), window
        self._old, self._served = Counts(), Counts()  # pulls older than the window, weighted, and all wins; all pulls
        self._young = (np.empty(0), np.empty(0, dtype=np.int64))  # when requested, ascending, and item
        self._cutoff, self._end = 0.0, 0  # the instant, and the impressions served by then

    def add(self, experience: Experience) -> None:
        """Add what was served, and the yeses among the examples.

        In a refit a yes counts if its impression is in the window of the refit too.
        """
        self._cutoff = experience.cutoff
        for counts in (self._old, self._served):
            counts.forget(experience.oldest_item)
        served, examples = experience.news.served, experience.examples
        self._serve(served)
        unserved = examples.impressions.number >= self._end  # made by hand: no log was read
        if unserved.any() and not experience.refit:
            self._serve(examples.impressions.take(unserved))
        gain = examples.weight * examples.label
        won = gain != 0.0
        if experience.refit:
            won &= examples.impressions.request_at >= experience.news.since
        self._old.add_sums(examples.impressions.item[won], np.zeros(int(won.sum())), gain[won])
        self._settle()

    def _serve(self, rows: Impressions) -> None:
        one = np.ones(len(rows))
        self._served.add_sums(rows.item, one, 0.0 * one)
        at, item = self._young
        self._young = np.concatenate([at, rows.request_at]), np.concatenate([item, rows.item])
        self._end = max(self._end, int(rows.number.max(initial=-1)) + 1)

    def _settle(self) -> None:
        at, item = self._young
        stop = int(at.searchsorted(self._cutoff - self._window, side="right"))
        if stop:
            weight = np.full(stop, self._chance(np.array([self._window])).item())
            self._old.add_sums(item[:stop], weight, 0.0 * weight)
            self._young = at[stop:], item[stop:]

    def _chance(self, age: Floats) -> Floats:
        return np.asarray(self._law.delivered_cdf(np.minimum(age, self._window)))

    def _known(self) -> Counts:
        known, (at, item) = self._old.copy(), self._young
        weight = self._chance(self._cutoff - at)
        known.add_sums(item, weight, 0.0 * weight)
        return known

    def afresh(self) -> CensoredCounts:
        """Return empty counts."""
        return CensoredCounts(self._delay, self._window)

    def copy(self) -> CensoredSnapshot:
        """Return the statistics at the cutoff."""
        return CensoredSnapshot(self._known(), self._served.copy())

    def at(self, items: Ints) -> tuple[Floats, Floats]:
        """Return weighted pulls and wins of items in any order."""
        return self._known().at(items)


class CensoredPolicy(IndexPolicy):
    """A policy that shows the highest indices of censored statistics.

    Args:
        counts: the statistics.
        bound: from means, weighted pulls and pulls ``(m,)``, and the confidence, to indices ``(m,)``.
        confidence: factor of ``ln t``, where t counts all pulls.
    """

    def __init__(self, counts: CensoredSnapshot, bound: Bound, confidence: float) -> None:
        self._counts: CensoredSnapshot = counts
        self._bound, self._confidence = bound, confidence

    def _untried(self, ids: Ints) -> Floats:
        """Return the indices of items without weighted pulls.

        Fewest pulls first.
        """
        served = self._counts.served(ids)
        return np.where(served > 0, _HIGH / np.maximum(served, 1.0), np.inf)

    def _values(self, ids: Ints, mean: Floats, pulls: Floats) -> Floats:
        confidence = self._confidence * np.log(max(self._counts.total, 1.0))
        return self._bound(mean, pulls, self._counts.served(ids), confidence)


class CensoredLearner(CountingLearner, ABC):
    """The training of rules that are told the delay law."""

    tried_with = {"delay": ("exponential(mean=1h)", "constant(1m)")}  # noqa: RUF012
    _statistics: CensoredCounts

    def __init__(self, delay: str = "exponential(mean=1h)", window: float | str = "1d", epsilon: float = 0.0) -> None:
        self.delay = str(delay_law(delay))
        self.window = number("window", seconds(window), above=True)
        self.epsilon = number("epsilon", epsilon)
        super().__init__()

    @staticmethod
    @abstractmethod
    def bound(mean: Floats, pulls: Floats, served: Floats, confidence: float) -> Floats:
        """Return indices from means, weighted pulls and pulls, ``(m,)``."""

    def _empty(self) -> CensoredCounts:
        return CensoredCounts(self.delay, self.window)

    def policy(self) -> CensoredPolicy:
        """Return a snapshot."""
        return CensoredPolicy(self._statistics.copy(), self.bound, 1.0 + self.epsilon)
