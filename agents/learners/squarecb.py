"""SquareCB: exploration by inverse gaps of any regression."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.learners.composed import Composed
from agents.learners.drawing import DrawingPolicy
from agents.learners.epsilon_greedy import EpsilonGreedy
from agents.learners.ridge import RidgeRanker
from agents.parameters import number
from sim.ports import Learner, along_rows

Floats = NDArray[np.float64]


class SquareCBPolicy(DrawingPolicy):
    """A policy that draws slates by inverse gaps.

    Args:
        base: a policy with estimates; one without any shows random slates.
        gamma: above 0.
    """

    def __init__(self, base: Any, gamma: float) -> None:
        super().__init__(base)
        self._gamma = gamma

    def _log_weights(self, known: Floats) -> Floats:
        return np.asarray(np.log(inverse_gaps(known, self._gamma)))


def inverse_gaps(known: Floats, gamma: float) -> Floats:
    """Return the probability to be drawn first, ``(n, m)``.

    Args:
        known: estimates, ``(n, m)``; NaN counts as the highest of its row.
        gamma: above 0.

    >>> inverse_gaps(np.array([[0.5, 0.3, np.nan]]), 10.0).round(3).tolist()
    [[0.467, 0.2, 0.333]]
    """
    least = np.where(np.isnan(known), -np.inf, known)
    highest = along_rows(np.maximum, least)[:, None]
    gap = np.where(np.isnan(known), 0.0, np.where(np.isneginf(highest), 0.0, highest) - least)
    chance = 1.0 / (known.shape[1] + gamma * gap)
    rows, first = np.arange(len(gap)), gap.argmin(axis=1)
    chance[rows, first] = 0.0
    chance[rows, first] = 1.0 - along_rows(np.add, chance)
    return np.asarray(chance)


class SquareCB(Composed):
    """SquareCB: inverse gap weighting over the estimates of a learner.

    Of m items, one whose estimate is ``gap`` below the best is drawn with probability ``1 / (m + gamma gap)``, and the
    best with the rest. The second position is drawn likewise among the rest, with the same weights, and so on: a
    Plackett-Luce law with exact propensities. An item of which the base knows nothing has gap 0. It assumes nothing of
    the delay beyond what its base does. Cost: that of `Softmax`.

    Args:
        base: a learner whose policies predict, such as a regression; `RidgeRanker` by default.
        gamma: how much estimates count, above 0; theory lets it grow with the root of the number of requests.

    Source: Foster & Rakhlin 2020 (https://arxiv.org/abs/2002.04926), algorithm 1; its slates of one item.

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls:

    >>> from agents import Agent, ObservedOnly, RidgeRanker, SquareCB
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(SquareCB(RidgeRanker(), 500.0), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.06
    """

    tried_with: ClassVar[dict[str, tuple[type, ...]]] = {"base": (RidgeRanker, EpsilonGreedy)}

    def __init__(self, base: Learner | None = None, gamma: float = 100.0) -> None:
        super().__init__(base or RidgeRanker())
        self.gamma = number("gamma", gamma, above=True)

    @property
    def reads(self) -> tuple[str, ...] | None:
        """The columns that its base reads."""
        return self._columns()

    def policy(self) -> SquareCBPolicy:
        """Return a snapshot."""
        return SquareCBPolicy(self.base.policy(), self.gamma)
