"""Rules that draw by sums of estimated losses, exact propensities."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from agents.described import Described
from agents.learners.counts import Counts
from agents.learners.slates import coin
from sim.ports import Examples, Experience, Observations, Slates, Space

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_PART = 1 << 20  # examples that are read together, at most


class LossPolicy(ABC):
    """A policy that draws by estimated losses.

    Args:
        losses: estimated losses of items (as wins), and what was learnt of them (as pulls).
        fixed: whether no items are new.
    """

    def __init__(self, losses: Counts, fixed: bool) -> None:
        self._losses, self._fixed = losses, fixed

    def chances(self, ids: Ints) -> Floats:
        """Return the probability that each item comes first, ``(m,)``.

        A new item counts as much as the best.
        """
        learnt, loss = self._losses.of(ids)
        known = (learnt != 0.0) | self._fixed
        least = np.min(loss, where=known, initial=np.inf)
        return self._of(np.where(known, loss - least, 0.0))

    @abstractmethod
    def _of(self, loss: Floats) -> Floats:
        """Return probabilities from losses beyond the least, ``(m,)``."""

    def act(self, observations: Observations) -> Slates:
        """Return slates and their propensities.

        The first item is drawn; the others are those that follow it in the catalogue, round and round.
        """
        ids, size = observations.catalogue.ids, observations.size
        chance = self.chances(ids)
        first = np.searchsorted(np.cumsum(chance)[:-1], coin(observations), side="right")
        shown = (first[:, None] + np.arange(size)) % len(ids)
        return Slates(ids[shown], np.repeat(chance[first][:, None], size, axis=1))


class LossLearner(Described, ABC):
    """The training of rules that add up estimated losses.

    The loss of an outcome y is 1 - y, divided by the propensity with which its item was shown at its position.
    """

    def __init__(self) -> None:
        self._space: Space | None = None
        self._start()

    def _start(self) -> None:
        self._losses = Counts()
        self._seen = np.empty(0, dtype=np.int64)  # where items retire

    @property
    def _fixed(self) -> bool:
        return self._space is None or not self._space.turnover

    def begin(self, space: Space) -> None:
        """Take note of whether items retire."""
        self._space = space

    def train(self, experience: Experience) -> None:
        """Add estimated losses.

        Raises:
            RuntimeError: the space is not known.
            ValueError: the log does not say with which propensity an item was shown.
        """
        if self._space is None:
            raise RuntimeError(f"{type(self).__name__}.begin(space) comes before train")
        if experience.refit:
            self._start()
        self._losses.forget(experience.oldest_item)
        for part in experience.examples.parts(_PART):
            if self._space.turnover:
                self._meet(part.impressions.item, experience.oldest_item)
            self._add(part)

    def _meet(self, items: Ints, oldest: int) -> None:
        """Start new items with the least loss of those known."""
        self._seen = self._seen[self._seen >= oldest]
        new = np.setdiff1d(items[items >= oldest], self._seen)
        if len(self._seen) and len(new):
            least = self._losses.at(self._seen)[1].min()
            self._losses.add_sums(new, np.zeros(len(new)), np.full(len(new), least))
        self._seen = np.union1d(self._seen, new)

    def _add(self, examples: Examples) -> None:
        propensity = examples.impressions.propensity
        if np.isnan(propensity).any():
            raise ValueError(
                f"{type(self).__name__} learns from impressions with propensities, and the log has some without"
            )
        loss = examples.weight * (1.0 - examples.label) / propensity
        self._losses.add_sums(examples.impressions.item, examples.weight, loss)
