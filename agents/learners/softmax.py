"""Softmax: slates drawn by the estimates of any regression."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.learners.composed import Composed
from agents.learners.epsilon_greedy import EpsilonGreedy
from agents.learners.estimates import estimates
from agents.learners.plackett_luce import at_each_position, draw, log_weights, of_slate
from agents.learners.ridge import RidgeRanker
from agents.parameters import number
from sim.ports import Learner, Observations, Slates, at_positions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class SoftmaxPolicy:
    """A policy that draws slates by ``exp(estimate / temperature)``.

    Args:
        base: a policy with estimates; one without any shows random slates.
        temperature: above 0.
    """

    def __init__(self, base: Any, temperature: float) -> None:
        self._base, self._temperature = base, temperature

    def _scores(self, observations: Observations) -> tuple[Floats, Floats]:
        """Return estimates, NaN where unknown, and log weights."""
        known = estimates(self._base, observations)
        if known is None:
            known = np.full((len(observations), len(observations.catalogue.ids)), np.nan)
        return known, log_weights(known / self._temperature)

    def act(self, observations: Observations) -> Slates:
        """Return drawn slates with the propensity of each position."""
        known, weights = self._scores(observations)
        shown = draw(weights, observations.uniforms(), observations.size)
        said = at_positions(known, shown) if hasattr(self._base, "predict") else None
        return Slates(observations.catalogue.ids.take(shown), at_each_position(weights, shown), said)

    def propensity(self, observations: Observations, items: Ints) -> Floats:
        """Return the probability of each item at its position.

        Args:
            observations: n requests.
            items: ``(n, size)`` ids of items alive, first position first.

        Returns:
            ``(n, size)``, whatever stands at the other positions.
        """
        return at_each_position(self._scores(observations)[1], _places(observations, items))

    def slate_propensity(self, observations: Observations, items: Ints) -> Floats:
        """Return the probability of whole slates, in order, ``(n,)``.

        Args:
            observations: n requests.
            items: ``(n, size)`` ids of items alive, first position first.
        """
        return of_slate(self._scores(observations)[1], _places(observations, items))

    def __getattr__(self, name: str) -> Any:
        """Predict as the base does, if it does."""
        if name != "predict":
            raise AttributeError(name)
        return self._base.predict


def _places(observations: Observations, items: Ints) -> NDArray[np.intp]:
    return observations.catalogue.positions(items.ravel()).reshape(items.shape)


class Softmax(Composed):
    """A Plackett-Luce ranker: softmax over the estimates of a learner.

    The first item is drawn with probability proportional to ``exp(estimate / temperature)``, the second likewise among
    the rest, and so on. Each shown item has the exact probability of that item at that position, and policies also say
    that of a whole slate (`SoftmaxPolicy.slate_propensity`). An item of which the base knows nothing counts as the best
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
