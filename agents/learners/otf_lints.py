"""OTF-LinTS: linear Thompson sampling for late or missing feedback."""

from __future__ import annotations

from functools import partial

from agents.learners.linear import Pairs
from agents.learners.linear_thompson import LinTSPolicy
from agents.learners.on_the_fly import OnTheFly, OnTheFlyPolicy
from agents.parameters import number


def _made(scale: float, pairs: Pairs, width: float) -> LinTSPolicy:
    return LinTSPolicy(pairs, scale * width)


class OTFLinTS(OnTheFly):
    """On-the-fly linear Thompson sampling, with a window.

    Weights are drawn from ``N(theta, (scale * width)**2 A^-1)`` for each request, with theta, A and the width of
    `OTFLinUCB`: noise grows with what is pending. The paper's published code scales A by the sum over the window
    instead, which shrinks the noise and the estimate. What it assumes of the delay, and its cost, are those of
    `OTFLinUCB`; like it, it is meant with ``correction=none``.

    Args:
        window: how long a yes may take and still count, such as ``"1h"``, or seconds.
        scale: factor of the noise; 1 is wider than pays for clicks.
        delta: 1 - confidence of the bound, in (0, 1].
        ridge: prior strength, above 0.
        model: ``"shared"``, ``"per_item"`` or ``"auto"``.

    Source: Vernade et al. 2020, *Linear bandits with stochastic delayed feedback* (https://arxiv.org/abs/1807.02089).

    Two days of a small news feed, learnt every ten minutes; regret as a share of that of random slates:

    >>> from agents import Agent, MicroBatch, NoCorrection, OTFLinTS
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("news_feed", {"users.count": 100, "horizon": "1d", "users.shifts": []})
    >>> agent = Agent(OTFLinTS("20m", scale=0.002), NoCorrection(), MicroBatch("10m"))
    >>> round(simulate(world, agent, trace=False).summary["regret/normalised"], 1)
    0.7
    """

    reads = ("request_at", "item", "user_features", "item_features", "delivered_at")
    labels = "real"

    def __init__(
        self,
        window: float | str = "1h",
        scale: float = 1.0,
        delta: float = 0.1,
        ridge: float = 1.0,
        model: str = "auto",
    ) -> None:
        super().__init__(window, delta, ridge, model)
        self.scale = number("scale", scale)

    def _snapshot(self) -> OnTheFlyPolicy:
        pairs = self._pairs(uncertain=True)
        return OnTheFlyPolicy(partial(_made, self.scale), pairs, self._pending(), self._width())
