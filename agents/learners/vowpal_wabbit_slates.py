"""Vowpal Wabbit's bandit of whole slates."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.learners.greedy_or_random import greedy_or_random, propensity, slate_propensity
from agents.learners.vowpal_wabbit import VowpalWabbit, items_of, shared
from agents.parameters import number
from sim.ports import Observations, Slates

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class VowpalWabbitSlatesPolicy:
    """A policy that shows VW's slate, or a random one.

    Args:
        model: a workspace that learns no more.
        own: whether each item has weights of its own.
        epsilon: probability of a random slate.
    """

    def __init__(self, model: Any, own: bool, epsilon: float) -> None:
        self._model, self._own, self._epsilon = model, own, epsilon

    def _greedy(self, observations: Observations) -> NDArray[np.intp]:
        """Return VW's slates, ``(n, size)`` positions in the catalogue."""
        items = [f"ccb action {line}" for line in items_of(observations.catalogue, self._own)]
        slots = [_slot(position) for position in range(observations.size)]
        said = [self._model.predict([f"ccb {shared(z)}", *items, *slots]) for z in observations.features.tolist()]
        return np.array([[slot[0][0] for slot in slate] for slate in said], dtype=np.intp)

    def act(self, observations: Observations) -> Slates:
        """Return slates with the propensity of each position."""
        shown, chance = greedy_or_random(observations, self._greedy(observations), self._epsilon)
        return Slates(observations.catalogue.ids.take(shown), chance)

    def propensity(self, observations: Observations, items: Ints) -> Floats:
        """Return the probability of each item at its position."""
        return propensity(observations, observations.catalogue.ids[self._greedy(observations)], items, self._epsilon)

    def slate_propensity(self, observations: Observations, items: Ints) -> Floats:
        """Return the probability of whole slates, in order, ``(n,)``."""
        greedy = observations.catalogue.ids[self._greedy(observations)]
        return slate_propensity(observations, greedy, items, self._epsilon)


class VowpalWabbitSlates(VowpalWabbit):
    """The ``ccb_explore_adf`` of Vowpal Wabbit: a slot for each position.

    VW learns the cost ``-outcome`` of an item at its position, by features of user, item and position (the namespaces
    ``U``, ``I`` and ``S``), from its propensity there. It fills the slots one after the other, each with the best item
    that is left; with probability epsilon the whole slate is random instead, so that the propensities of a position and
    of the slate are exact. All else is as in `VowpalWabbit`, whose slates are drawn from one law for all positions.
    Cost: one call of VW for each request, which grows with items times positions.

    Args:
        arguments: of VW, for learning.
        epsilon: probability of a random slate, in [0, 1].
        candidates: items in a training example, at least 1.

    Raises:
        ImportError: vowpalwabbit is not installed (``delaylab[vw]``).

    Source: conditional contextual bandits, https://vowpalwabbit.org/docs/vowpal_wabbit/python/latest/tutorials/python_Conditional_Contextual_Bandit.html.

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls, of which .2 would
    be exploration:

    >>> from agents import Agent, ObservedOnly, VowpalWabbitSlates
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("bernoulli_bandit", {"horizon": "3000s"})
    >>> run = simulate(world, Agent(VowpalWabbitSlates(epsilon=0.2), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 1)
    0.5
    """

    reads = ("item", "position", "user_features", "item_features", "propensity")
    _reduction = "--ccb_explore_adf --epsilon 0 --first_only"
    tried_with: ClassVar[dict[str, tuple[str, ...]]] = {
        "arguments": (
            "--cb_type dm --interactions UI --interactions IS",
            "--cb_type mtr --interactions UI --interactions IS",
        )
    }

    def __init__(
        self,
        arguments: str = "--cb_type dm --interactions UI --interactions IS",
        epsilon: float = 0.1,
        candidates: int = 20,
    ) -> None:
        self.epsilon = number("epsilon", epsilon, most=1.0)
        super().__init__(arguments, candidates)

    def _example(self, z: list[float], items: list[str], position: int, label: str) -> list[str]:
        actions = [f"ccb action {line}" for line in items]
        return [f"ccb {shared(z)}", *actions, _slot(position, label)]

    def _snapshot(self) -> VowpalWabbitSlatesPolicy:
        return VowpalWabbitSlatesPolicy(self._model, self._own, self.epsilon)


def _slot(position: int, label: str = "") -> str:
    return f"ccb slot {label} |S position{position}"
