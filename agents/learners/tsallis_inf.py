"""Tsallis-INF under delay: near the optimum in every world."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.learners._losses import LossLearner, LossPolicy
from agents.learners.counts import Counts
from sim.ports import Experience

Floats = NDArray[np.float64]
_STEPS = 60  # of Newton's method, at most; few need more than 8
_CLOSE = 1e-13


def leader(loss: Floats, rounds: float, entropy: float) -> Floats:
    """Return the law that minimises losses and regularisers.

    It is the x >= 0 of sum 1 with the least ``sum x L - 2 sqrt(rounds) sum sqrt(x) + entropy sum x ln x``. Both the
    logarithm of x given the multiplier, and the multiplier, are found by Newton's method from a side from which it
    cannot overshoot.

    Args:
        loss: L, ``(m,)``, the least is 0.
        rounds: above 0.
        entropy: at least 0.

    >>> leader(np.array([0.0, 3.0]), 4.0, 0.0).round(4).tolist()  # 4 / (2.169 + L)^2
    [0.8503, 0.1497]
    """
    root = np.sqrt(rounds)
    top = entropy - root  # the multiplier at which the best item alone has all
    log = np.full(len(loss), -2.0 * np.log(1.0 + (loss.max() + np.sqrt(len(loss)) * root) / root))
    for _ in range(_STEPS):
        for _ in range(_STEPS):  # log x: concave and rising, from the left
            pull = root * np.exp(-log / 2.0)
            step = (top - loss + pull - entropy * (log + 1.0)) / (pull / 2.0 + entropy)
            log = log + step
            if np.abs(step).max() < _CLOSE * (1.0 + np.abs(log).max()):
                break
        x = np.exp(log)
        slope = (x / (root * np.exp(-log / 2.0) / 2.0 + entropy)).sum()
        excess = (x.sum() - 1.0) / slope
        top = top - excess
        if abs(excess) < _CLOSE * (1.0 + abs(top)):
            break
    return np.asarray(x / x.sum())


class TsallisINFPolicy(LossPolicy):
    """A policy that draws from the regularised leader.

    Args:
        losses: estimated losses of items (as wins), and what was learnt of them (as pulls).
        fixed: whether no items are new.
        rounds: impressions served.
        missing: sum over impressions of how many were under way then.
    """

    def __init__(self, losses: Counts, fixed: bool, rounds: int, missing: float) -> None:
        super().__init__(losses, fixed)
        self._rounds, self._missing = rounds, missing

    def _of(self, loss: Floats) -> Floats:
        entropy = np.sqrt(2.0 * self._missing / np.log(max(len(loss), 2)))
        return leader(loss, max(self._rounds, 1), float(entropy))


class TsallisINF(LossLearner):
    """Tsallis-INF with a second regulariser for delays.

    Losses are estimated and added up as by `Exp3`. An item is drawn with the probability x_i of the law that minimises

        ``sum x_i L_i - 2 sqrt(t) sum sqrt(x_i) + sqrt(2 D / ln m) sum x_i ln x_i``

    with t the impressions served, and D the sum over them of how many outcomes were under way then. Without delay this
    is Tsallis-INF, which is optimal up to a constant where rates are fixed and where they change in any way; with it
    regret is of the order ``sqrt(m T) + sqrt(D ln m)``. There is nothing to tune, and nothing to know of the delay: a
    version counts what was under way at its cutoff for all requests since the one before, which is exact where each
    request has a version (``cadence=on_serving``).

    Of the delay it assumes that outcomes come; where they never come, or noes are silent, items that are shown often
    lose less than they should, and the correction has to see to that. What was counted is not taken back. Only the
    first position is drawn, the following ones hold the next items of the catalogue. Where items retire, one that is
    new starts as the best.

    Cost: one sum of losses per item, and some tens of operations on all items for each version that answers; reads the
    propensities of the log.

    Source: Zimmert & Seldin 2020, *An Optimal Algorithm for Adversarial Bandits with Arbitrary Delays*
    (https://arxiv.org/abs/1910.06054); without delay, Zimmert & Seldin 2021 (https://arxiv.org/abs/1807.07623).

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls:

    >>> from agents import Agent, ObservedOnly, TsallisINF
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(TsallisINF(), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.05
    """

    reads = ("item", "propensity")
    labels = "real"
    retracts = False

    def _start(self) -> None:
        super()._start()
        self._rounds, self._known, self._missing = 0, 0.0, 0.0

    def train(self, experience: Experience) -> None:
        """Add estimated losses, and count what is under way."""
        super().train(experience)
        new = len(experience.news.served)
        self._rounds += new
        self._known += float(experience.examples.weight.sum())
        self._missing += new * max(self._rounds - self._known, 0.0)

    def policy(self) -> TsallisINFPolicy:
        """Return a snapshot."""
        return TsallisINFPolicy(self._losses.copy(), self._fixed, self._rounds, self._missing)
