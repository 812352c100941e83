"""UCB1: the mean outcome of an item plus a bonus."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from agents.learners._index import CountingLearner, IndexPolicy
from agents.parameters import number

Floats = NDArray[np.float64]


def _index(mean: Floats, pulls: Floats, total: float, scale: float) -> Floats:
    return np.asarray(mean + scale * np.sqrt(2.0 * np.log(total) / pulls))


class UCB1(CountingLearner):
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
    labels = "binary"

    def __init__(self, scale: float = 1.0) -> None:
        super().__init__()
        self.scale = number("scale", scale)

    def policy(self) -> IndexPolicy:
        """Return a snapshot."""
        return IndexPolicy(self._statistics.copy(), partial(_index, scale=self.scale))
