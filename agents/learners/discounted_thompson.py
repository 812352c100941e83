"""Discounted Thompson sampling, for rates that change."""

from __future__ import annotations

from agents.learners._fading_counts import FadingCounts
from agents.learners._forgetting import ForgettingThompson
from agents.parameters import number
from sim.ports import seconds


class DiscountedThompson(ForgettingThompson):
    """Beta-Bernoulli Thompson sampling whose examples fade with time.

    Each request draws a rate for each item from ``Beta(a + wins, b + pulls - wins)``, of faded numbers, and shows the
    highest. The prior does not fade: an item not shown for long goes back to it.

    The discount is one of time, not of rounds: an example weighs ``2**(-age / half_life)``, its age being that from the
    request to the cutoff, whichever loop handed it over and however late. Where requests come at a fixed pace both are
    the same, with ``gamma = 2**(-pace / half_life)``. A frozen snapshot keeps the weights of its cutoff.

    Of the delay it assumes that it is short against the half-life: an outcome that takes longer counts little.

    Cost: that of BetaThompson; nothing is kept but sums.

    Args:
        half_life: age at which an example weighs half as much, such as ``12h``.
        a: prior successes.
        b: prior failures.

    Source: Raj & Kalyani 2017, *Taming Non-stationary Bandits* (https://arxiv.org/abs/1707.09727), dTS.

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls. Nothing changes
    here, so that all there is to see is what forgetting costs:

    >>> from agents import Agent, DiscountedThompson, ObservedOnly
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(DiscountedThompson("6h"), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.02
    """

    reads = ("item", "request_at")

    def __init__(self, half_life: float | str = "12h", a: float = 1.0, b: float = 1.0) -> None:
        self.half_life = number("half_life", seconds(half_life), above=True)
        super().__init__(a, b)

    def _empty(self) -> FadingCounts:
        return FadingCounts(self.half_life)
