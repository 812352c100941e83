"""UCB1: the mean outcome of each item plus a bonus for having seen little of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.described import Described
from agents.learners.counts import Counts
from agents.parameters import number
from sim.ports import Experience, Observations, Slates, best


class UCB1Policy:
    """Shows the highest indices; the same for every user."""

    def __init__(self, counts: Counts, scale: float) -> None:
        self._counts, self._scale = counts, scale

    def act(self, observations: Observations) -> Slates:
        """Answer with the items of the highest index."""
        ids = observations.catalogue.ids
        pulls, wins = self._counts.of(ids)
        tried = pulls > 0
        safe = np.where(tried, pulls, 1.0)
        total = max(self._counts.total, 1.0)
        index = np.where(tried, wins / safe + self._scale * np.sqrt(2.0 * np.log(total) / safe), np.inf)
        shown = np.repeat(best(index[None, :], observations.size), len(observations), axis=0)
        return Slates(ids[shown], np.ones(shown.shape), np.where(tried, wins / safe, np.nan)[shown])

    def predict(self, observations: Observations, items: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the mean outcome of each item, NaN where none is known."""
        return self._counts.means(items)


class UCB1(Described):
    """Index ``mean + scale * sqrt(2 ln t / n)``, t being all pulls learnt so far; untried items first, lowest id first.

    With delayed feedback n counts only what is known (Joulani et al. 2013, https://arxiv.org/abs/1306.0686).

    Args:
        scale: of the bonus; 1 is UCB1 proper.

    Source: Auer, Cesa-Bianchi & Fischer 2002 (https://doi.org/10.1023/A:1013689704352).

    Three arms, told every 1000 pulls what they paid; regret as a share of that of random pulls:

    >>> from agents import Agent, ObservedOnly, UCB1
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(UCB1(), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.08
    """

    reads = ("item",)

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = number("scale", scale)
        self._counts = Counts()

    def train(self, experience: Experience) -> None:
        """Add weighted examples to the counts."""
        if experience.refit:
            self._counts = Counts()
        self._counts.add(experience)

    def policy(self) -> UCB1Policy:
        """Return a snapshot."""
        return UCB1Policy(self._counts.copy(), self.scale)
