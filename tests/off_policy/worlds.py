"""The world of docs/off-policy.md, its log, and a target that never learns."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents import Agent, Never, Uniform
from sim import Scenario
from sim.ports import Observations, Slates, best, cross

DAY = 86_400.0
CONTEXTS: dict[str, Any] = {
    "name": "contexts",
    "horizon": "6d",
    "users": {
        "count": 2000,
        "visits": {"rate": "0.8333 per day"},
        "preferences": {"dim": 4, "spread": 1.6},
        "observed": {"share": 1.0, "noise": 0.0},
    },
    "items": {"count": 5, "click_rate": 0.27},
    "slate": {"size": 1},
    "feedback": {"click": {"delay": "exponential(mean=2d)"}},
}
SILENT = {"feedback.click.window": "4d", "feedback.click.negatives": "silent"}


def contexts(**changes: Any) -> Scenario:
    """Return the world with keys changed; ``__`` stands for the dot."""
    return Scenario.load(CONTEXTS, {key.replace("__", "."): value for key, value in changes.items()})


def logger() -> Agent:
    """Return the logging agent: random slates."""
    return Agent(Uniform(), cadence=Never())


class Nearest:
    """A learner and policy that shows the items nearest to the profile, and learns nothing."""

    def train(self, experience: Any) -> None:
        """Do nothing."""

    def policy(self) -> Nearest:
        """Return itself: nothing changes."""
        return self

    def act(self, observations: Observations) -> Slates:
        """Return the nearest items."""
        shown = best(cross(observations.features[:, 1:], observations.catalogue.features), observations.size)
        return Slates(observations.catalogue.ids[shown], np.ones(shown.shape))


def nearest() -> Agent:
    """Return the target."""
    return Agent(Nearest(), cadence=Never())
