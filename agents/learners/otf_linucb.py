"""OTF-LinUCB: LinUCB for feedback that may come late or never."""

from __future__ import annotations

from functools import partial

from agents.learners.linear import Pairs
from agents.learners.linucb import LinUCBPolicy
from agents.learners.on_the_fly import OnTheFly, OnTheFlyPolicy
from agents.parameters import number


def _made(alpha: float, pairs: Pairs, width: float) -> LinUCBPolicy:
    return LinUCBPolicy(pairs, alpha * width)


class OTFLinUCB(OnTheFly):
    """On-the-fly LinUCB: windowed, and wider by what is pending.

    The score is ``theta' x + alpha * width * sqrt(x' A^-1 x)``, where A sums all impressions served, theta is fitted to
    a yes within the window of its request and a no otherwise, and the width of `agents.learners.on_the_fly` grows with
    the impressions of the last window. It is meant with ``correction=none``, which makes each impression an example
    when it is served. It assumes of the delay that its law is the same for all items; it need not be known, noes need
    never be told, and a delay may be infinite. Cost: that of `LinUCB`, and for each version that answers the norms of
    the impressions of a window.

    Differences to the paper: the window is time, not rounds; of what was served since the cutoff of its version a
    policy knows nothing. The paper's published code leaves out the square roots of ``x' A^-1 x``, in the bonus and in
    the sum over the window, takes these norms as of when each was served, and adds up noise and ridge under one root.

    Args:
        window: how long a yes may take and still count, such as ``"1h"``, or seconds.
        alpha: factor of the bonus; 1 is the bound that holds with probability ``1 - 2 delta`` for features of norm up
            to 1, and wider than pays for clicks.
        delta: 1 - confidence of the bound, in (0, 1].
        ridge: prior strength, above 0.
        model: ``"shared"``, ``"per_item"`` or ``"auto"``.

    Source: Vernade, Carpentier, Lattimore, Zappella, Ermis & Brueckner 2020, *Linear bandits with stochastic delayed
    feedback* (https://arxiv.org/abs/1807.02089).

    Two days of a small news feed, learnt every ten minutes; regret as a share of that of random slates:

    >>> from agents import Agent, MicroBatch, NoCorrection, OTFLinUCB
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("news_feed", {"users.count": 100, "horizon": "1d", "users.shifts": []})
    >>> agent = Agent(OTFLinUCB("20m", alpha=0.003), NoCorrection(), MicroBatch("10m"))
    >>> round(simulate(world, agent, trace=False).summary["regret/normalised"], 1)
    0.8
    """

    reads = ("request_at", "item", "user_features", "item_features", "delivered_at")
    labels = "real"

    def __init__(
        self,
        window: float | str = "1h",
        alpha: float = 1.0,
        delta: float = 0.1,
        ridge: float = 1.0,
        model: str = "auto",
    ) -> None:
        super().__init__(window, delta, ridge, model)
        self.alpha = number("alpha", alpha)

    def _snapshot(self) -> OnTheFlyPolicy:
        pairs = self._pairs(uncertain=True)
        return OnTheFlyPolicy(partial(_made, self.alpha), pairs, self._pending(), self._width())
