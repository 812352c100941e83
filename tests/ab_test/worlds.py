"""Small worlds for A/B tests, and agents that show one item."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents import Agent, Never
from sim import Scenario

CONVERSIONS: dict[str, Any] = {
    "name": "small",
    "horizon": "4d",
    "users": {"count": 40, "visits": {"rate": "3 per day"}},
    "items": {"click_rates": [0.6, 0.4, 0.5]},
    "slate": {"size": 2, "choice": "bernoulli"},
    "feedback": {"click": {"delay": "exponential(mean=12h)", "window": "1d"}},
    "platform": {"ingest": "constant(20m)"},
}


def world(**changes: Any) -> Scenario:
    """Return the small world with keys changed; ``__`` stands for the dot."""
    return Scenario.load(CONVERSIONS, {key.replace("__", "."): value for key, value in changes.items()})


class Fixed:
    """A learner and its policy: shows items by their numbers, and learns nothing.

    Args:
        items: the slate.
    """

    labels = "real"

    def __init__(self, *items: int) -> None:
        self.items = items

    def train(self, experience: Any) -> None:
        """Learn nothing."""

    def policy(self) -> Fixed:
        """Return itself."""
        return self

    def act(self, observations: Any) -> Any:
        """Answer with the items."""
        return np.repeat([self.items], len(observations), axis=0)


def shows(*items: int) -> Agent:
    """Return an agent that shows these items to everybody."""
    return Agent(Fixed(*items), cadence=Never())
