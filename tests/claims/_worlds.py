"""Plain worlds, agents that learn nothing, and how frames are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from agents import Agent, Never, Uniform
from sim import Scenario
from sim.ports import Experience, Impressions, Observations, Slates

PLAIN: dict[str, Any] = {
    "name": "plain",
    "horizon": "1d",
    "users": {"count": 1, "visits": {"every": "1s"}},
    "items": {"click_rates": [1.0]},
    "slate": {"size": 1},
    "feedback": {"click": {"delay": "constant(0s)"}},
}


def world(horizon: float, **changes: Any) -> Scenario:
    """Return the plain world (every visit a click, known at once) with keys changed; ``__`` stands for the dot."""
    keys = {key.replace("__", "."): value for key, value in changes.items()}
    return Scenario.load(PLAIN, {"horizon": f"{float(horizon)!r}s"} | keys)


def poisson(per_second: float, count: int = 20) -> dict[str, Any]:
    """Return the changes that let visits come as a Poisson process of this rate, all users together."""
    return {"users__count": count, "users__visits": {"rate": f"{per_second * 86400 / count!r} per day"}}


def untrained() -> Agent:
    """Return an agent that shows random items and never trains."""
    return Agent(Uniform(), cadence=Never())


class First:
    """A learner and its policy: shows the first items, and looks at what it is told.

    Args:
        look: called with every experience; the answers are kept in ``notes``, over all replications.
    """

    def __init__(self, look: Callable[[Experience], Any] = lambda experience: None) -> None:
        self._look = look
        self.notes: list[Any] = []

    def __deepcopy__(self, memo: dict[int, Any]) -> First:
        return self  # the notes are read after the run

    def train(self, experience: Experience) -> None:
        """Take a note."""
        self.notes.append(self._look(experience))

    def policy(self) -> First:
        """Return itself: nothing changes."""
        return self

    def act(self, observations: Observations) -> Slates:
        """Answer with the first items."""
        first = observations.catalogue.ids[: observations.size]
        return Slates(np.repeat(first[None, :], len(observations), axis=0))


def in_flight(impressions: pd.DataFrame, at: np.ndarray) -> np.ndarray:
    """Return how many impressions served before each instant were not in the log then."""
    asked = np.sort(impressions.request_at.to_numpy())
    known = np.sort(impressions.delivered_at.fillna(np.inf).to_numpy())
    return np.searchsorted(asked, at, "left") - np.searchsorted(known, at, "right")


def served(run: Any, after: float = 0.0) -> pd.DataFrame:
    """Return the requests later than ``after`` with their version's instants, and ``age``, that of its cutoff."""
    requests = run.requests[run.requests.request_at > after]
    joined = requests.merge(run.versions, on="version", how="left")
    return joined.assign(age=joined.request_at - joined.cutoff_at)


class At:
    """A cadence that looks at given instants, and adds what is new.

    Args:
        instants: ascending, seconds.
    """

    ship = "push"
    refit_window: float | None = None
    feedbacks: int | None = None

    def __init__(self, instants: np.ndarray) -> None:
        self._instants = np.append(instants, np.inf)

    def next(self, after: float) -> float:
        """Return the first instant after another."""
        return float(self._instants[np.searchsorted(self._instants, after, "right")])

    def wants(self, matured: Impressions) -> bool:
        """Train at every look."""
        return True


def at_random(per_second: float, horizon: float, seed: int = 0) -> At:
    """Return a cadence whose triggers are a Poisson process."""
    gaps = np.random.default_rng(seed).exponential(1 / per_second, int(per_second * horizon * 1.2) + 100)
    return At(np.cumsum(gaps))
