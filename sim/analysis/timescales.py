"""How slow a loop is, how quickly its world changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.estimate import delays, expected_requests
from sim.analysis.units import span
from sim.laws import Law
from sim.laws.quantiles import quantile
from sim.scenario import Scenario
from sim.world.visit_clock import DAY

Floats = NDArray[np.float64]
_STEPS, _LONG = 240, 14 * DAY  # of the horizon; from when on steps are days
_WAYS = {"ingest": "into the log", "training": "a training", "push": "a push", "cache": "a client's cache"}


@dataclass(frozen=True)
class Timescale:
    """A time of the loop or of the world.

    Attributes:
        name: in words.
        loop: whether it delays what is learnt; else it is a time in which the world changes.
        median: seconds.
        p95: seconds; the same where it is fixed.
    """

    name: str
    loop: bool
    median: float
    p95: float

    @property
    def text(self) -> str:
        """The time in words."""
        return span(self.median) if self.p95 <= self.median else f"{span(self.median)} – {span(self.p95)}"


@dataclass(frozen=True)
class Traffic:
    """Expected requests over the horizon.

    Attributes:
        day: ``(n,)`` middles of equal steps, in days.
        unit: what requests are counted in, ``hour`` or ``day``.
        requests: ``(n,)`` in such a unit.
        periods: name, start and end in days of each incident; a shift of taste has none.
    """

    day: Floats
    unit: str
    requests: Floats
    periods: list[tuple[str, float, float]]


def timescales(scenario: Scenario) -> list[Timescale]:
    """Return the times of a loop, then of its world.

    Those of the loop in its order, those of the world quickest first.

    Times of zero are left out, and so is what a law never delivers.
    """
    world = sorted(_world(scenario), key=lambda one: one.median)
    return [one for one in (*_loop(scenario), *world) if one.p95 > 0.0]


def _loop(scenario: Scenario) -> Iterator[Timescale]:
    learnt, platform = scenario.feedback.learnt, scenario.platform
    for name, (_, law) in delays(scenario).items():
        yield from _drawn(_WAYS.get(name, f"a {name}"), law)
        if name == scenario.feedback.learn_from and learnt.window is not None:
            yield _fixed("its window", learnt.window)
    if platform.gate is not None:
        yield _fixed("the gate", platform.gate.lasts)
    if platform.canary is not None:
        yield _fixed("the canary", platform.canary.lasts)
    yield _fixed("the rollout", platform.serving.rollout)


def _world(scenario: Scenario) -> Iterator[Timescale]:
    users, items = scenario.users, scenario.items
    gap = users.visits.every or 1.0 / users.visits_per_second
    yield _fixed("a user's next visit (mean)", gap)
    if items.lifetime is not None:
        yield _fixed("an item's life (mean)", items.lifetime)
    if items.turnover is not None:
        yield _fixed("an item's life (mean)", 1.0 / items.turnover.rate)
    for name, one, size in (
        ("half-life of the common taste", users.trend, users.trend.spread),
        ("half-life of a user's taste", users.drift, users.drift.spread),
        ("half-life of satiation", users.satiation, users.satiation.strength),
    ):
        if size > 0.0:
            yield _fixed(name, one.half_life)
    if users.satisfaction.on:
        yield _fixed("half-life of satisfaction", users.satisfaction.half_life)


def _drawn(name: str, law: Law) -> Iterator[Timescale]:
    median, p95 = quantile(law, 0.5), quantile(law, 0.95)
    if median is not None:
        yield Timescale(name, True, median, median if p95 is None else p95)


def _fixed(name: str, seconds: float) -> Timescale:
    loop = name.startswith(("its", "the gate", "the canary", "the rollout"))
    return Timescale(name, loop, seconds, seconds)


def way(scenario: Scenario) -> float:
    """Return how soon a pushed model knows an outcome.

    Medians, added, seconds; without the wait for the next training.
    """
    known = delays(scenario)
    names = dict.fromkeys(("click", scenario.feedback.learn_from, "ingest", "training", "push"))
    ways = sum(quantile(known[name][1], 0.5) or 0.0 for name in names)
    platform = scenario.platform
    gate = 0.0 if platform.gate is None else platform.gate.lasts
    return ways + gate + (0.0 if platform.canary is None else platform.canary.lasts)


def traffic(scenario: Scenario) -> Traffic:
    """Return the expected requests over time.

    Satisfaction, which changes the rate of visits, is ignored.
    """
    users, horizon = scenario.users, scenario.horizon
    long = horizon >= _LONG
    edges = np.linspace(0.0, horizon, (round(horizon / DAY) if long else _STEPS) + 1)
    by_then = [expected_requests(scenario, at) for at in edges[1:].tolist()]
    requests = np.diff(by_then, prepend=0.0) / np.diff(edges)
    middle, unit, length = (edges[1:] + edges[:-1]) / 2.0 / DAY, *(("day", DAY) if long else ("hour", 3600.0))
    marked = [(one.kind.replace("_", " "), one.at / DAY, one.ends / DAY) for one in scenario.incidents]
    marked += [("shift of taste", one.at / DAY, one.at / DAY) for one in users.shifts]
    return Traffic(middle, unit, requests * length, marked)


def sentence(scenario: Scenario) -> str:
    """Say how long the loop takes, and what changes first."""
    what = scenario.feedback.learn_from
    told = f"A pushed model may know a {what} about {span(way(scenario))} after the request"
    changes = [one for one in timescales(scenario) if not one.loop and "visit" not in one.name]
    if not changes:
        return f"{told}; nothing changes here."
    return f"{told}; first to change: {changes[0].name}, {span(changes[0].median)}."
