"""KL-UCB: upper confidence bounds for outcomes of 0 or 1."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from agents.learners._index import CountingLearner, IndexPolicy
from agents.learners._kl import bernoulli_bound
from agents.parameters import number

Floats = NDArray[np.float64]


def _index(mean: Floats, pulls: Floats, total: float, c: float) -> Floats:
    log = np.log(total)
    return bernoulli_bound(mean, (log + c * np.log(max(log, 1.0))) / pulls)


class KLUCB(CountingLearner):
    """KL-UCB, whose index is the largest q with ``n kl(mean, q) <= ln t + c ln ln t``.

    Here kl is the divergence of Bernoulli laws, t counts all pulls learnt so far and n those of the item. Untried items
    come first, lowest id first.

    Of the delay it assumes nothing: n counts known outcomes only, and what is missing costs each item no more pulls
    than are under way at once (Joulani et al. 2013, https://arxiv.org/abs/1306.0686). Where a no is silent, labels that
    come early are all yeses; the correction has to see to that.

    Cost: up to 12 steps of Newton's method over all items for each version and call.

    Args:
        c: factor of ``ln ln t``; the theorem has 3, the authors use 0.

    Source: Garivier & Cappé 2011 (https://arxiv.org/abs/1102.2490).

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls:

    >>> from agents import Agent, KLUCB, ObservedOnly
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(KLUCB(), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.03
    """

    reads = ("item",)
    labels = "binary"

    def __init__(self, c: float = 0.0) -> None:
        super().__init__()
        self.c = number("c", c)

    def policy(self) -> IndexPolicy:
        """Return a snapshot."""
        return IndexPolicy(self._statistics.copy(), partial(_index, c=self.c))
