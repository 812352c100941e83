"""Exp3 with late losses: exponential weights, exact propensities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.learners._losses import LossLearner, LossPolicy
from agents.learners.counts import Counts
from agents.parameters import number

Floats = NDArray[np.float64]


class Exp3Policy(LossPolicy):
    """A policy that draws from exponential weights of losses.

    Args:
        losses: estimated losses of items (as wins), and what was learnt of them (as pulls).
        fixed: whether no items are new.
        eta: learning rate.
        gamma: share of uniform draws.
    """

    def __init__(self, losses: Counts, fixed: bool, eta: float, gamma: float) -> None:
        super().__init__(losses, fixed)
        self._eta, self._gamma = eta, gamma

    def _of(self, loss: Floats) -> Floats:
        weight = np.exp(-self._eta * loss)
        return np.asarray((1.0 - self._gamma) * weight / weight.sum() + self._gamma / len(loss))


class Exp3(LossLearner):
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
        super().__init__()

    def policy(self) -> Exp3Policy:
        """Return a snapshot."""
        return Exp3Policy(self._losses.copy(), self._fixed, self.eta, self.gamma)
