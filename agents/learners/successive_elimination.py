"""Successive elimination, whatever the delay."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from agents.learners._in_turn import InTurnPolicy
from agents.learners._index import CountingLearner
from agents.learners.counts import means
from agents.parameters import number
from sim.ports import Experience

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def _still_in(ids: Ints, pulls: Floats, out: Ints) -> NDArray[np.bool_]:
    mask = ~np.isin(ids, out)
    return mask if mask.any() else ~mask  # all that are left have retired


class SuccessiveElimination(CountingLearner):
    """Shows items in turn; drops those surely worse.

    After each training an item is out for good if its upper bound is below the lower bound of another:
    ``mean +- sqrt(2 ln T / n)``, where n counts its known pulls. The rest go on taking turns; those that are out fill
    the other positions of a slate, the highest mean first.

    Of the delay it assumes only that it does not depend on the outcome. It may have any law, and outcomes may never
    come: as all items take turns, all lose alike. With silent noes it does depend on it; the correction has to see to
    that. What put an item out is not taken back.

    Cost: bounds of all items at each training.

    Args:
        rounds: T, the number of impressions that it is meant for.

    Source: Lancewicki, Segal, Koren & Mansour 2021, *Stochastic Multi-Armed Bandits with Unrestricted Delay
    Distributions*, algorithm 1 (https://proceedings.mlr.press/v139/lancewicki21a.html).

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls:

    >>> from agents import Agent, ObservedOnly, SuccessiveElimination
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(SuccessiveElimination(), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.23
    """

    reads = ("item",)
    labels = "real"
    retracts = False

    def __init__(self, rounds: int = 100_000) -> None:
        super().__init__()
        self.rounds = int(number("rounds", rounds, least=1.0))
        self._seen = self._out = np.empty(0, dtype=np.int64)

    def train(self, experience: Experience) -> None:
        """Add examples, and drop items."""
        if experience.refit:
            self._seen = self._out = np.empty(0, dtype=np.int64)
        super().train(experience)
        for part in experience.examples.parts(1 << 20):
            self._seen = np.union1d(self._seen, part.impressions.item)
        self._seen, self._out = (items[items >= experience.oldest_item] for items in (self._seen, self._out))
        left = self._seen[~np.isin(self._seen, self._out)]
        pulls, wins = self._statistics.at(left)
        mean = means(pulls, wins)
        width = np.sqrt(2.0 * np.log(self.rounds) / np.where(np.isnan(mean), 1.0, pulls))
        lower = np.max(mean - width, initial=-np.inf, where=~np.isnan(mean))
        self._out = np.union1d(self._out, left[mean + width < lower])

    def policy(self) -> InTurnPolicy:
        """Return a snapshot."""
        return InTurnPolicy(self._statistics.copy(), partial(_still_in, out=self._out))
