"""Exp3 with late losses: exponential weights, exact propensities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.described import Described
from agents.learners.counts import Counts
from agents.learners.slates import coin
from agents.parameters import number
from sim.ports import Examples, Experience, Observations, Slates, Space

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_PART = 1 << 20  # examples that are read together, at most


class Exp3Policy:
    """A policy that draws from exponential weights of losses.

    Args:
        losses: estimated losses of items (as wins), and what was learnt of them (as pulls).
        eta: learning rate.
        gamma: share of uniform draws.
        fixed: whether no items are new.
    """

    def __init__(self, losses: Counts, eta: float, gamma: float, fixed: bool) -> None:
        self._losses, self._eta, self._gamma, self._fixed = losses, eta, gamma, fixed

    def chances(self, ids: Ints) -> Floats:
        """Return the probability that each item comes first, ``(m,)``.

        A new item counts as much as the best.
        """
        learnt, loss = self._losses.of(ids)
        known = (learnt != 0.0) | self._fixed
        least = np.min(loss, where=known, initial=np.inf)
        weight = np.exp(-self._eta * np.where(known, loss - least, 0.0))
        return np.asarray((1.0 - self._gamma) * weight / weight.sum() + self._gamma / len(ids))

    def act(self, observations: Observations) -> Slates:
        """Return slates and their propensities.

        The first item is drawn; the others are those that follow it in the catalogue, round and round.
        """
        ids, size = observations.catalogue.ids, observations.size
        chance = self.chances(ids)
        first = np.searchsorted(np.cumsum(chance)[:-1], coin(observations), side="right")
        shown = (first[:, None] + np.arange(size)) % len(ids)
        return Slates(ids[shown], np.repeat(chance[first][:, None], size, axis=1))


class Exp3(Described):
    """Exp3, which draws items by exponential weights of losses.

    The loss of an outcome y is 1 - y, divided by the propensity with which its item was shown at its position: an
    unbiased estimate for every item, added up when it arrives. An item with the sum L is drawn with
    ``p = (1 - gamma) exp(-eta L) / sum + gamma / m``. It is follow-the-regularised-leader with the entropy. Where
    items retire, one that is new starts as the best. Rates may change in any way, even against the agent.

    Of the delay it assumes nothing, and does not need to know it: losses count when they arrive, whatever version made
    the draw. The theory sets eta to ``sqrt(ln m / (m T + D))``, where D is the sum of all delays in rounds, and regret
    is of the order ``sqrt((m T + D) ln m)``. Where outcomes never come, or noes are silent, items that are shown often
    lose less than they should; the correction has to see to that.

    Only the first position is drawn, the following ones hold the next items of the catalogue: so the propensity of each
    position is exact.

    Cost: one sum of losses per item; reads the propensities of the log.

    Args:
        eta: learning rate.
        gamma: share of uniform draws; bounds the estimates by ``m / gamma``.

    Source: Auer, Cesa-Bianchi, Freund & Schapire 2002 (https://doi.org/10.1137/S0097539701398375); with delay, Thune,
    Cesa-Bianchi & Seldin 2019 (https://arxiv.org/abs/1906.00670).

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls:

    >>> from agents import Agent, Exp3, ObservedOnly
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(Exp3(eta=0.003), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.07
    """

    reads = ("item", "propensity")
    labels = "real"

    def __init__(self, eta: float = 0.01, gamma: float = 0.01) -> None:
        self.eta = number("eta", eta)
        self.gamma = number("gamma", gamma, most=1.0, above=True)
        self._space: Space | None = None
        self._start()

    def _start(self) -> None:
        self._losses = Counts()
        self._seen = np.empty(0, dtype=np.int64)  # where items retire

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
            raise RuntimeError("Exp3.begin(space) comes before train")
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
            raise ValueError("Exp3 learns from impressions with propensities, and the log has some without")
        loss = examples.weight * (1.0 - examples.label) / propensity
        self._losses.add_sums(examples.impressions.item, examples.weight, loss)

    def policy(self) -> Exp3Policy:
        """Return a snapshot."""
        return Exp3Policy(self._losses.copy(), self.eta, self.gamma, self._space is None or not self._space.turnover)
