"""Small worlds whose catalogue changes every few requests."""

from __future__ import annotations

from collections.abc import Iterator

from agents import Agent, LinUCB, Never, ObservedOnly, Online, Uniform
from sim.scenario import Scenario
from tests.bench.timing import Measured, rate, times
from tests.bench.worlds import NIGHTLY, feed, run

RANDOM = Agent(Uniform(), cadence=Never())
EACH = Agent(LinUCB(), ObservedOnly(), Online())
SMALL = {"users__count": 300, "horizon": "7d"}  # 13 requests for each item that comes
ROUNDS = 5


def rounds(count: int) -> Scenario:
    """Return the linear bandit of the literature: ten arms of five features, drawn anew for each request."""
    return Scenario.load(
        {
            "name": "redrawn",
            "horizon": f"{count}s",
            "users": {"count": 1, "visits": {"every": "1s"}, "preferences": {"dim": 5, "mean": 0.4472135955}},
            "items": {"count": 10, "click_rate": 0.0, "features": "uniform", "redrawn": True},
            "slate": {"size": 1, "link": "identity"},
            "feedback": {"click": {"delay": "geometric(mean=100s, step=1s)", "window": "500s"}},
        }
    )


def turnover() -> Iterator[Measured]:
    """Yield what a request costs as a multiple of one in a world whose items stay, and requests a second."""
    for name, agent in (("nightly", NIGHTLY), ("random slates", RANDOM)):
        moving, still = run(feed(**SMALL), agent), run(feed(**SMALL, items__lifetime=None), agent)
        ratio = times(moving, still, ROUNDS)
        yield Measured(f"items that go / stay, 300 users, 7 d: {name}", ratio, "{:.1f} x", 3.0, more=False)
        yield Measured("  requests a second where they go", rate(moving), "{:,.0f}", 20_000, ratio=False)
    for name, agent in (("each feedback", EACH), ("random slates", RANDOM)):
        seconds = 3000.0 / rate(run(rounds(3000), agent))
        yield Measured(f"3,000 rounds of 10 redrawn arms: {name}", seconds, "{:.1f} s", 3.0, more=False, ratio=False)
