"""Tiny worlds and agents whose every instant can be worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents import Agent
from sim.ports import Experience, Observations, Slates
from sim.scenario import Scenario
from sim.simulation import Run, simulate
from sim.tuning import Tuning

ALWAYS_SINGLE = Tuning(single_below=10**9, block_above=10**9)  # one request after another, never blocks

CLOCKWORK: dict[str, Any] = {
    "name": "clockwork",
    "horizon": "100s",
    "users": {"count": 1, "visits": {"every": "1s"}},
    "items": {"click_rates": [1.0, 1.0]},
    "slate": {"size": 1},
    "feedback": {"click": {"delay": "constant(0s)"}},
}

TASTES: dict[str, Any] = {
    "name": "tastes",
    "horizon": "1d",
    "users": {
        "count": 40,
        "visits": {"rate": "12 per day", "daily_peak": "20:00", "daily_swing": 0.6},
        "preferences": {"dim": 4, "spread": 1.0},
        "trend": {"half_life": "6h", "spread": 0.6},
        "drift": {"half_life": "1d", "spread": 0.4},
        "shifts": [{"at": "12h", "share": 0.5, "size": 1.5}],
        "satiation": {"half_life": "6h", "strength": 0.5},
        "satisfaction": {"half_life": "12h", "return_effect": 0.5},
        "observed": {"share": 0.75, "noise": 0.3},
    },
    "items": {"count": 12, "lifetime": "12h", "click_rate": 0.2, "popularity": 0.5},
    "slate": {"size": 3, "choice": "position_based(examination=[1, 0.7, 0.5])"},
    "feedback": {"click": {"delay": "lognormal(median=20s, p95=5m)", "window": "30m"}},
    "platform": {"ingest": "exponential(mean=30s)", "training": {"fixed": "10m"}, "push": "exponential(mean=20m)"},
}


def world(base: dict[str, Any] = CLOCKWORK, /, **overrides: Any) -> Scenario:
    """Return a world with dotted keys changed; ``__`` stands for the dot."""
    return Scenario.load(base, {key.replace("__", "."): value for key, value in overrides.items()})


def run(scenario: Scenario, agent: Any, **options: Any) -> Run:
    """Run with the trace in memory."""
    return simulate(scenario, Agent.of(agent), trace=True, **options)


class FirstItems:
    """A learner and policy in one: always the first items of the catalogue; remembers what it was told."""

    labels = "real"

    def __init__(self) -> None:
        self.told: list[Experience] = []

    def train(self, experience: Experience) -> None:
        self.told.append(experience)

    def policy(self) -> FirstItems:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> FirstItems:
        return self  # tests look into it after the run

    def act(self, observations: Observations) -> Slates:
        ids = observations.catalogue.ids[: observations.size]
        return Slates(np.repeat(ids[None, :], len(observations), axis=0))
