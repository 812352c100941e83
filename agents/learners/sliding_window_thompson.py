"""Sliding-window Thompson sampling, for rates that change."""

from __future__ import annotations

from agents.learners._forgetting import ForgettingThompson
from agents.learners._window_counts import WindowCounts
from agents.parameters import number
from sim.ports import seconds


class SlidingWindowThompson(ForgettingThompson):
    """Beta-Bernoulli Thompson sampling on a window of time.

    Each request draws a rate for each item from ``Beta(a + wins, b + pulls - wins)`` of the window, and shows the
    highest.

    The window is one of time, not of rounds: what counts was requested within it before the cutoff, whichever loop
    handed it over and however late. Where requests come at a fixed pace both are the same. A frozen snapshot keeps what
    it had at its cutoff.

    Of the delay it assumes that it is short against the window: of an outcome that takes longer nothing is learnt.

    Cost: the examples of the window are kept; each is added once and taken out once. A draw takes about a microsecond.

    Args:
        window: how far back it looks, such as ``1d``.
        a: prior successes.
        b: prior failures.

    Source: Trovò, Paladino, Restelli & Gatti 2020, *Sliding-Window Thompson Sampling for Non-Stationary Settings*
    (https://doi.org/10.1613/jair.1.11407).

    Three arms whose rewards arrive after every 1000 pulls; regret as a share of that of random pulls. Nothing changes
    here, so that all there is to see is what forgetting costs:

    >>> from agents import Agent, SlidingWindowThompson, ObservedOnly
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(SlidingWindowThompson("6h"), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.04
    """

    reads = ("item", "request_at")

    def __init__(self, window: float | str = "1d", a: float = 1.0, b: float = 1.0) -> None:
        self.window = number("window", seconds(window), above=True)
        super().__init__(a, b)

    def _empty(self) -> WindowCounts:
        return WindowCounts(self.window)
