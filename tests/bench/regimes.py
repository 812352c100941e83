"""The kernel against the naive SimPy model, and blocks against one request after another, regime by regime."""

from __future__ import annotations

from collections.abc import Iterator

from agents import Agent
from sim.scenario import Scenario
from tests.bench.mechanisms import MECHANISMS
from tests.bench.timing import Measured, Work, rate, times
from tests.bench.worlds import EACH, MINUTE, NIGHTLY, TEN_MINUTES, feed, run
from tests.reference import simulate_naively

SPARSE = {"items__click_rate": 0.004}  # of the best five of 200 items every fiftieth impression is clicked
SERVING = {"replicas": 8, "rollout": "30m", "cache": "uniform(low=0s, high=4h)"}


def naive(scenario: Scenario, agent: Agent) -> Work:
    """Return the naive model's run as a piece of work."""
    return lambda: float(len(simulate_naively(scenario, agent).requests))


def against_the_naive_model() -> Iterator[Measured]:
    """Yield ratios of the cost per request where both leave the same trace."""
    for name, scenario, agent, target in (
        ("nightly, 20,000 users", feed(horizon="2h"), NIGHTLY, 50.0),
        ("every minute, 20,000 users", feed(horizon="1h"), MINUTE, 10.0),
        ("each feedback, 300 users", feed(users__count=300, horizon="12h"), EACH, 1.0),
        ("each feedback, clicks rare, 300 users", feed(users__count=300, horizon="12h", **SPARSE), EACH, 3.0),
    ):
        ratio = times(naive(scenario, agent), run(scenario, agent), rounds=1)
        yield Measured(f"naive SimPy model / kernel: {name}", ratio, "{:.1f} x", target)


def against_block_one() -> Iterator[Measured]:
    """Yield ratios of the cost per request of block 1 to adaptive blocks."""
    for name, scenario, agent, target in (
        ("nightly, 20,000 users", feed(horizon="2h"), NIGHTLY, 20.0),
        ("every minute, 20,000 users", feed(horizon="1h"), MINUTE, 1.0),
        ("replicas and clients, 20,000 users", feed(horizon="2h", platform__serving=SERVING), TEN_MINUTES, 10.0),
        ("sessions, 20,000 users", feed(horizon="1h", **MECHANISMS["sessions"]), NIGHTLY, 10.0),
        ("each feedback, 300 users", feed(users__count=300, horizon="1d"), EACH, 1.0),
        ("each feedback, clicks rare, 300 users", feed(users__count=300, horizon="1d", **SPARSE), EACH, 1.0),
    ):
        ratio = times(run(scenario, agent, block=1), run(scenario, agent), rounds=2)
        yield Measured(f"block 1 / adaptive: {name}", ratio, "{:.1f} x", target)
        yield Measured("  requests a second", rate(run(scenario, agent), 1), "{:,.0f}", ratio=False)
