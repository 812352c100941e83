"""Softmax: slates drawn by the estimates of any regression."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.learners.composed import Composed
from agents.learners.drawing import DrawingPolicy
from agents.learners.epsilon_greedy import EpsilonGreedy
from agents.learners.plackett_luce import log_weights
from agents.learners.ridge import RidgeRanker
from agents.parameters import number
from sim.ports import Learner

Floats = NDArray[np.float64]


class SoftmaxPolicy(DrawingPolicy):
    """A policy that draws slates by ``exp(estimate / temperature)``.

    Args:
        base: a policy with estimates; one without any shows random slates.
        temperature: above 0.
    """

    def __init__(self, base: Any, temperature: float) -> None:
        super().__init__(base)
        self._temperature = temperature

    def _log_weights(self, known: Floats) -> Floats:
        return log_weights(known / self._temperature)


class Softmax(Composed):
    """A Plackett-Luce ranker: softmax over the estimates of a learner.

    The first item is drawn with probability proportional to ``exp(estimate / temperature)``, the second likewise among
    the rest, and so on. Each shown item has the exact probability of that item at that position, and policies also say
    that of a whole slate (`DrawingPolicy.slate_propensity`). An item of which the base knows nothing counts as the best
    one known. It assumes nothing of the delay beyond what its base does. Cost: the estimates of all items; for slates
    of several items, the propensities take 72 numbers for each item and position.

    Args:
        base: a learner whose policies predict, such as a regression; `RidgeRanker` by default.
        temperature: of the softmax, above 0, in units of the outcome: an item that is expected to have .1 more clicks
            is shown ``exp(.1 / temperature)`` times as often.

    Sources: Plackett 1975 (https://doi.org/10.2307/2346567); as an exploring policy, Boltzmann
    exploration, Cesa-Bianchi, Gentile, Lugosi & Neu 2017 (https://arxiv.org/abs/1705.10257).

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls:

    >>> from agents import Agent, ObservedOnly, RidgeRanker, Softmax
    >>> from sim import simulate
    >>> learner = Softmax(RidgeRanker(ridge=1.0), temperature=0.02)
    >>> run = simulate("bernoulli_bandit", Agent(learner, ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.02
    """

    tried_with: ClassVar[dict[str, tuple[type, ...]]] = {"base": (RidgeRanker, EpsilonGreedy)}

    def __init__(self, base: Learner | None = None, temperature: float = 0.1) -> None:
        super().__init__(base or RidgeRanker())
        self.temperature = number("temperature", temperature, above=True)

    @property
    def reads(self) -> tuple[str, ...] | None:
        """The columns that its base reads."""
        return self._columns()

    def policy(self) -> SoftmaxPolicy:
        """Return a snapshot."""
        return SoftmaxPolicy(self.base.policy(), self.temperature)
