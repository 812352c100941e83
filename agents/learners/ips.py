"""IPS: any learner, on impressions weighted by inverse propensity."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import ClassVar

from agents.learners.composed import Composed
from agents.learners.epsilon_greedy import EpsilonGreedy
from agents.learners.inverse_propensity import importance
from agents.learners.reweighted import Reweighted
from agents.learners.ridge import RidgeRanker
from agents.parameters import number
from sim.ports import Experience, Learner, Policy, Space


class IPS(Composed):
    """Off-policy learning by inverse-propensity weights.

    The base learns from examples whose weights are multiplied by ``min(clip, 1 / (m p))``, with m the number of items
    and p the propensity of the item at its position: what was rarely shown counts more, as if the log were one of
    random slates, of which all weights are 1. This removes the bias that a base of the wrong form takes from the choice
    of what is shown, for more variance; clipping gives back some of both. It acts as its base does, so the log needs
    propensities from elsewhere: from `Softmax` or `EpsilonGreedy` around it, or within it. Of the delay it assumes what
    the correction does. Cost: that of the base.

    Args:
        base: any learner that takes weights; `RidgeRanker` by default.
        clip: the highest weight, above 0.

    Source: Horvitz & Thompson 1952 (https://doi.org/10.1080/01621459.1952.10483446); clipped, Ionides 2008
    (https://doi.org/10.1198/106186008X320456); learning from logs, Bottou et al. 2013
    (https://arxiv.org/abs/1209.2355).

    Two days of a small news feed, refitted every six hours; regret as a share of that of random slates:

    >>> from agents import IPS, Agent, Every, RidgeRanker, Softmax
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("news_feed", {"users.count": 100, "horizon": "1d", "users.shifts": []})
    >>> agent = Agent(Softmax(IPS(RidgeRanker()), temperature=0.02), cadence=Every("6h"))
    >>> round(simulate(world, agent, trace=False).summary["regret/normalised"], 1)
    0.9
    """

    tried_with: ClassVar[dict[str, tuple[type, ...]]] = {"base": (RidgeRanker, EpsilonGreedy)}

    def __init__(self, base: Learner | None = None, clip: float = 10.0) -> None:
        super().__init__(base or RidgeRanker())
        self.clip = number("clip", clip, above=True)
        self._items: int | None = None

    @property
    def reads(self) -> tuple[str, ...] | None:
        """The columns that it and its base read."""
        return self._columns("propensity")

    def begin(self, space: Space) -> None:
        """Set up the base for the shape of the world."""
        super().begin(space)
        self._items = space.items

    def train(self, experience: Experience) -> None:
        """Train the base on weighted examples."""
        if self._items is None:
            raise RuntimeError("begin(space) was never called")
        weight = partial(importance, items=self._items, clip=self.clip)
        self.base.train(replace(experience, examples=Reweighted(experience.examples, weight)))

    def policy(self) -> Policy:
        """Return a snapshot of the base."""
        policy: Policy = self.base.policy()
        return policy
