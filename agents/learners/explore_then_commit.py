"""Explore, then commit."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from agents.learners._in_turn import InTurnPolicy
from agents.learners._index import CountingLearner
from agents.learners.counts import Counts
from agents.parameters import number
from sim.ports import Examples, Experience

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def _too_few(ids: Ints, pulls: Floats, least: float) -> NDArray[np.bool_]:
    return pulls < least


def occurrence(items: Ints) -> Ints:
    """Return how often each item came before, ``(r,)``.

    >>> occurrence(np.array([5, 3, 5, 5])).tolist()
    [0, 0, 1, 2]
    """
    order = np.argsort(items, kind="stable")
    ordered = items[order]
    first = np.searchsorted(ordered, ordered)
    count = np.empty(len(items), dtype=np.int64)
    count[order] = np.arange(len(items)) - first
    return count


class ExploreThenCommit(CountingLearner):
    """Shows items in turn, and commits to the best.

    Items with fewer than ``pulls`` known outcomes take turns, also while their outcomes are under way. Once all have
    them the highest mean of these first outcomes is shown for good; of equal means that of the lowest id. An item that
    comes later is explored on its own.

    Of the delay it assumes nothing but that outcomes come: one that never does is shown again. With n pulls of each of
    two items, gap g, constant delay d and T rounds the regret is ``(n + d/2) g + (T - 2n - d) g P(wrong)``. Where a no
    is silent, the first outcomes are all yeses; the correction has to see to that. What was counted is not taken back.

    Cost: none to speak of.

    Args:
        pulls: known outcomes of each item before it commits.

    Source: Lattimore & Szepesvári 2020, *Bandit Algorithms*, chapter 6 (https://tor-lattimore.com/downloads/book/book.pdf).

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls:

    >>> from agents import Agent, ExploreThenCommit, ObservedOnly
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(ExploreThenCommit(1000), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.04
    """

    reads = ("item",)
    labels = "real"
    retracts = False
    _statistics: Counts

    def __init__(self, pulls: int = 100) -> None:
        super().__init__()
        self.pulls = int(number("pulls", pulls, least=1.0))

    def train(self, experience: Experience) -> None:
        """Add the first outcomes of each item."""
        if experience.refit:
            self._statistics = Counts()
        self._statistics.forget(experience.oldest_item)
        for part in experience.examples.parts(1 << 20):
            self._add(part)

    def _add(self, examples: Examples) -> None:
        item = examples.impressions.item
        few = self._statistics.at(item)[0] + occurrence(item) < self.pulls
        self._statistics.add_sums(item[few], np.ones(int(few.sum())), examples.label[few])

    def policy(self) -> InTurnPolicy:
        """Return a snapshot."""
        return InTurnPolicy(self._statistics.copy(), partial(_too_few, least=self.pulls))
