"""The worlds and agents that are timed."""

from __future__ import annotations

from typing import Any

from agents import (
    Agent,
    BetaThompson,
    DailyAt,
    Every,
    LinUCB,
    MicroBatch,
    NoCorrection,
    ObservedOnly,
    Online,
    RidgeRanker,
    Wait,
)
from sim.scenario import Scenario
from sim.simulation import simulate
from tests.bench.timing import Work

NIGHTLY = Agent(RidgeRanker(), Wait(), DailyAt("03:00"))
MINUTE = Agent(LinUCB(0.3), NoCorrection(), MicroBatch("1m"))
TEN_MINUTES = Agent(LinUCB(), ObservedOnly(), Every("10m"), ship="push")
EACH = Agent(LinUCB(0.3), NoCorrection(), Online())
THOMPSON = Agent(BetaThompson(), ObservedOnly(), Online())
PLAIN = Agent(LinUCB(), ObservedOnly(), Online())


def feed(**changed: Any) -> Scenario:
    """Return the news feed (200 items, d=8, slates of 5), with dotted keys changed; ``__`` stands for the dot."""
    keys = {"users.shifts": [], "feedback.conversion": None}
    return Scenario.load("news_feed", keys | {key.replace("__", "."): value for key, value in changed.items()})


def thin(users: int, horizon: str) -> Scenario:
    """Return many users, 10 items, d=16, slates of 1: little arithmetic per request."""
    return Scenario.load(
        {
            "name": "thin",
            "horizon": horizon,
            "users": {
                "count": users,
                "visits": {"rate": "12 per day"},
                "preferences": {"dim": 16, "spread": 1.0},
                "observed": {"share": 1.0},
            },
            "items": {"count": 10, "click_rate": 0.05},
            "slate": {"size": 1},
            "feedback": {"click": {"delay": "exponential(mean=10m)", "window": "1h"}},
        }
    )


def interactions(count: int) -> Scenario:
    """Return a contextual bandit: 10 arms, 10 features, the answer at once, ``count`` requests."""
    return Scenario.load(
        {
            "name": "interactions",
            "horizon": f"{count}s",
            "users": {
                "count": 1000,
                "visits": {"every": "1000s"},
                "preferences": {"dim": 9, "spread": 1.0},
                "observed": {"share": 1.0},
            },
            "items": {"count": 10, "click_rate": 0.3},
            "slate": {"size": 1},
            "feedback": {"click": {"delay": "constant(0s)"}},
        }
    )


def arms(count: int, delay: str = "exponential(mean=100s)", window: str | None = None) -> Scenario:
    """Return ten plain arms, pulled once a second; unless told, answers come after an exponential delay."""
    return Scenario.load(
        {
            "name": "arms",
            "horizon": f"{count}s",
            "users": {"count": 1, "visits": {"every": "1s"}},
            "items": {"click_rates": [0.5] + 9 * [0.4]},
            "slate": {"size": 1},
            "feedback": {"click": {"delay": delay, "window": window}},
        }
    )


def run(scenario: Scenario, agent: Agent, block: int | None = None, replications: int = 1) -> Work:
    """Return a run as a piece of work, counted in requests."""

    def work() -> float:
        summary = simulate(scenario, agent, block=block, replications=replications).summary
        return float(summary["requests"] or 0.0) * replications

    return work
