"""Sliding-window UCB, for rates that change."""

from __future__ import annotations

from agents.learners._forgetting import ForgettingUCB
from agents.learners._window_counts import WindowCounts
from agents.parameters import number
from sim.ports import seconds


class SlidingWindowUCB(ForgettingUCB):
    """UCB on a window of time.

    The index is ``mean + sqrt(xi ln t / n)``, where n counts the known pulls of the item and t those of all items in
    the window. Items without any come first, lowest id first: so each is tried once a window.

    The window is one of time, not of rounds: what counts was requested within it before the cutoff, whichever loop
    handed it over and however late. Where requests come at a fixed pace both are the same. A frozen snapshot keeps what
    it had at its cutoff.

    Of the delay it assumes that it is short against the window: of an outcome that takes longer nothing is learnt.

    Cost: the examples of the window are kept; each is added once and taken out once.

    Args:
        window: how far back it looks, such as ``1d``.
        xi: factor of the confidence; the theorem needs more than 1/2, and 2 is as wide as `UCB1`.

    Source: Garivier & Moulines 2011, *On Upper-Confidence Bound Policies for Switching Bandit Problems*
    (https://arxiv.org/abs/0805.3415), SW-UCB.

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls. Nothing changes
    here, so that all there is to see is what forgetting costs:

    >>> from agents import Agent, SlidingWindowUCB, ObservedOnly
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(SlidingWindowUCB("6h"), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.15
    """

    reads = ("item", "request_at")
    width = 1.0

    def __init__(self, window: float | str = "1d", xi: float = 0.6) -> None:
        self.window = number("window", seconds(window), above=True)
        super().__init__(xi)

    def _empty(self) -> WindowCounts:
        return WindowCounts(self.window)
