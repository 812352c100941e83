"""UCB1: the mean outcome of an item plus a bonus."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.described import Described
from agents.learners.counts import Counts
from agents.parameters import number
from sim.ports import Experience, Impressions, Observations, Slates, best


class UCB1Policy:
    """A policy that shows the highest indices to every user."""

    def __init__(self, counts: Counts, scale: float) -> None:
        self._counts, self._scale = counts, scale

    def act(self, observations: Observations) -> Slates:
        """Return the slates with the highest indices."""
        ids = observations.catalogue.ids
        pulls, wins = self._counts.of(ids)
        tried = pulls > 0
        safe = np.where(tried, pulls, 1.0)
        total = max(self._counts.total, 1.0)
        index = np.where(tried, wins / safe + self._scale * np.sqrt(2.0 * np.log(total) / safe), np.inf)
        shown = np.repeat(best(index[None, :], observations.size), len(observations), axis=0)
        return Slates(ids[shown], np.ones(shown.shape), np.where(tried, wins / safe, np.nan)[shown])

    def predict(self, observations: Observations, items: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the mean outcome of each item, NaN where unknown."""
        return self._counts.means(items)


class UCB1(Described):
    """UCB1 with the index ``mean + scale * sqrt(2 ln t / n)``.

    Here t counts all pulls learnt so far and n those of the item. Untried items come first, lowest id first. With
    delayed feedback n counts only known outcomes (Joulani et al. 2013, https://arxiv.org/abs/1306.0686).

    Args:
        scale: factor of the bonus; 1 is the original UCB1.

    Source: Auer, Cesa-Bianchi & Fischer 2002 (https://doi.org/10.1023/A:1013689704352).

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls:

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

    def predict(self, impressions: Impressions) -> NDArray[np.float64]:
        """Return the mean outcome of each item, NaN where unknown."""
        return self._counts.means(impressions.item)

    def policy(self) -> UCB1Policy:
        """Return a snapshot."""
        return UCB1Policy(self._counts.copy(), self.scale)
