"""Discounted UCB, for rates that change."""

from __future__ import annotations

from agents.learners._fading_counts import FadingCounts
from agents.learners._forgetting import ForgettingUCB
from agents.parameters import number
from sim.ports import seconds


class DiscountedUCB(ForgettingUCB):
    """UCB whose examples fade with time.

    The index is ``mean + 2 sqrt(xi ln t / n)``, where n is the faded number of known pulls of the item and t that of
    all items. Items without any come first, lowest id first.

    The discount is one of time, not of rounds: an example weighs ``2**(-age / half_life)``, its age being that from the
    request to the cutoff, whichever loop handed it over and however late. Where requests come at a fixed pace both are
    the same, with ``gamma = 2**(-pace / half_life)``. A frozen snapshot keeps the weights of its cutoff.

    Of the delay it assumes that it is short against the half-life: an outcome that takes longer counts little.

    Cost: that of UCB1; nothing is kept but sums.

    Args:
        half_life: age at which an example weighs half as much, such as ``12h``.
        xi: factor of the confidence; the theorem needs more than 1/2, where it is as wide as `UCB1`.

    Source: Garivier & Moulines 2011, *On Upper-Confidence Bound Policies for Switching Bandit Problems*
    (https://arxiv.org/abs/0805.3415), D-UCB; Kocsis & Szepesvári 2006.

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls. Nothing changes
    here, so that all there is to see is what forgetting costs:

    >>> from agents import Agent, DiscountedUCB, ObservedOnly
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(DiscountedUCB("6h"), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.23
    """

    reads = ("item", "request_at")
    width = 2.0

    def __init__(self, half_life: float | str = "12h", xi: float = 0.6) -> None:
        self.half_life = number("half_life", seconds(half_life), above=True)
        super().__init__(xi)

    def _empty(self) -> FadingCounts:
        return FadingCounts(self.half_life)
