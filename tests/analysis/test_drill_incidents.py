"""Each kind of incident under each protection, in a world in which every cost can be counted on paper."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from agents import Agent, Every, ObservedOnly, OnDrift
from sim import Scenario, simulate
from sim.analysis.drill.drill import Drill
from sim.analysis.drill.incident import struck
from sim.analysis.drill.sides import Amounts, Side
from sim.pipeline.canary import CanaryUsers
from sim.ports import Experience, Observations, Slates

Span = tuple[float, float, str]  # minutes, and whose requests
SEED, USERS, MINUTE, HORIZON = 3, 30, 60.0, 4 * 60.0
WORLD: dict[str, Any] = {  # a request each 20 s from 0:10 on, by one user after another
    "name": "two_arms",
    "horizon": "4h",
    "users": {"count": USERS, "visits": {"every": "10m"}},
    "items": {"click_rates": [0.0, 1.0]},
    "slate": {"size": 1, "choice": "bernoulli"},
    "feedback": {"click": {"delay": "constant(1s)", "window": "1m"}, "learn_from": "click"},
    "platform": {"training": {"fixed": "1m"}, "push": "constant(2m)"},
}
PLATFORMS: dict[str, dict[str, Any]] = {
    "none": {},
    "alarm": {},
    "gate": {"platform.gate": {"for": "10m"}},
    "canary": {"platform.canary": {"share": 0.5, "for": "10m", "least": 4}},
}


class _Counts:
    """Shows item 1 once it knows of a click; until then item 1 to every second user, item 0 to the others."""

    def __init__(self) -> None:
        self.rate = 0.0

    def train(self, experience: Experience) -> None:
        """Start over from what is known."""
        rows = experience.news.matured
        of_it = rows.label[rows.item == 1]
        self.rate = float(of_it.mean()) if len(of_it) else 0.0

    def policy(self) -> _Policy:
        """Return a frozen copy."""
        return _Policy(self.rate)

    def predict(self, rows: Any) -> np.ndarray:
        """Expect the rate of item 1."""
        return np.where(rows.item == 1, self.rate, 0.0)


class _Policy:
    def __init__(self, rate: float) -> None:
        self._rate = rate

    def act(self, observations: Observations) -> Slates:
        """Answer with one item."""
        item = np.ones(len(observations), dtype=int) if self._rate else observations.user % 2
        return Slates(observations.catalogue.ids[item][:, None])

    def predict(self, observations: Observations, items: np.ndarray) -> np.ndarray:
        """Expect the rate of item 1."""
        return np.where(items == 1, self._rate, 0.0)


def _count(protection: str) -> int:
    return 4 if protection == "canary" else 2  # its users are drawn for each replication


def _run(protection: str, incident: str | None) -> Amounts:
    cadence = OnDrift("5m", "45m", "page_hinkley") if protection == "alarm" else Every("1h", refit_window="45m")
    scenario = Scenario.load(WORLD, PLATFORMS.get(protection, {}))
    if incident is not None:
        scenario, _ = struck(scenario, incident)
    agent = Agent(_Counts(), ObservedOnly(), cadence, "push")
    return Amounts.of(simulate(scenario, agent, seed=SEED, replications=_count(protection), trace=False).curve)


@pytest.fixture(scope="module")
def calm() -> dict[str, Amounts]:
    """Return regret without an incident, by protection."""
    return {name: _run(name, None) for name in PLATFORMS}


def _lost(spans: list[Span], protection: str) -> list[int]:
    """Return, by replication, how many requests users of even number make in minutes [start, end)."""
    k = np.arange(int(HORIZON - 10) * 3)
    at, user, found = 10 + k / 3, k % USERS, []
    for replication in range(_count(protection)):
        tries = CanaryUsers(0.5, SEED, replication).of(user)
        whose = {"all": np.ones(len(k), bool), "canary": tries, "rest": ~tries}
        found.append(sum(int(((at >= a) & (at < b) & (user % 2 == 0) & whose[who]).sum()) for a, b, who in spans))
    return found


# Trainings at each full hour take 1 min, pushes 2 min; a gate holds a version for 10 min, a canary gives it to half of
# the users 10 min before the others. In between, every second user loses a click at each request.
@pytest.mark.parametrize(
    ("protection", "spans"),
    [
        ("none", [(0, 63, "all")]),
        ("gate", [(0, 73, "all")]),
        ("canary", [(0, 63, "canary"), (0, 73, "rest")]),
        ("alarm", [(0, 18, "all")]),  # the first check that finds labels is at 0:15
    ],
)
def test_without_an_incident_regret_lasts_until_the_first_version(calm, protection: str, spans: list[Span]) -> None:
    assert calm[protection].regret.sum(axis=1).tolist() == _lost(spans, protection)


@pytest.mark.parametrize(
    ("incident", "protection", "spans"),
    [
        # the training of 1:00 starts at 1:50
        ("{kind: trainer_down, at: 50m, for: 1h}", "none", [(63, 113, "all")]),
        ("{kind: trainer_down, at: 50m, for: 1h}", "gate", [(73, 123, "all")]),
        ("{kind: trainer_down, at: 50m, for: 1h}", "canary", [(63, 113, "canary"), (73, 123, "rest")]),
        ("{kind: trainer_down, at: 50m, for: 1h}", "alarm", []),  # it has trained before
        # the push arrives at 1:50, that of the gate would have been at 1:13
        ("{kind: push_stuck, at: 50m, for: 1h}", "none", [(63, 110, "all")]),
        ("{kind: push_stuck, at: 50m, for: 1h}", "gate", [(73, 110, "all")]),
        ("{kind: push_stuck, at: 50m, for: 1h}", "canary", [(63, 110, "canary"), (73, 120, "rest")]),
        ("{kind: push_stuck, at: 50m, for: 1h}", "alarm", []),
        # version 0 serves again until the version of 2:00 is live; the alarm's version before is as good
        ("{kind: rollback, at: 90m}", "none", [(90, 123, "all")]),
        ("{kind: rollback, at: 90m}", "gate", [(90, 133, "all")]),
        ("{kind: rollback, at: 90m}", "canary", [(90, 123, "canary"), (90, 133, "rest")]),
        ("{kind: rollback, at: 90m}", "alarm", []),
        # at 1:00 nothing is known
        ("{kind: label_outage, at: 0s, for: 90m}", "none", [(63, 123, "all")]),
        ("{kind: label_outage, at: 0s, for: 90m}", "gate", [(73, 133, "all")]),
        ("{kind: label_outage, at: 0s, for: 90m}", "canary", [(63, 123, "canary"), (73, 133, "rest")]),
        ("{kind: label_outage, at: 0s, for: 90m}", "alarm", [(18, 93, "all")]),
        # with backfill all is known at 2:00; without, the version of 2:00 learns from noes alone, and is a bad one
        ("{kind: label_outage, at: 73m, for: 47m}", "none", []),
        ("{kind: label_outage, at: 73m, for: 47m, backfill: false}", "none", [(123, 183, "all")]),
        ("{kind: label_outage, at: 73m, for: 47m, backfill: false}", "gate", []),  # it never goes live
        ("{kind: label_outage, at: 73m, for: 47m, backfill: false}", "canary", [(123, 133, "canary")]),
        ("{kind: label_outage, at: 73m, for: 47m, backfill: false}", "alarm", []),  # it trains early, on clicks too
        ("{kind: label_loss, at: 73m, for: 47m, share: 1}", "none", [(123, 183, "all")]),
        ("{kind: label_loss, at: 73m, for: 47m, share: 1}", "gate", []),
        # a gate that tests on lost labels keeps the good version of 1:00 out, and lets the bad one of 2:00 in
        ("{kind: label_loss, at: 60m, for: 60m, share: 1}", "gate", [(73, 193, "all")]),
        ("{kind: label_loss, at: 60m, for: 60m, share: 1}", "canary", [(123, 133, "canary")]),
        ("{kind: label_duplicates, at: 73m, for: 47m, share: 1}", "none", []),
    ],
)
def test_what_an_incident_costs_and_until_when_is_as_on_paper(calm, incident, protection, spans: list[Span]) -> None:
    side = Side("", calm[protection], _run(protection, incident))
    drill = Drill((side,), struck(Scenario.load(WORLD), incident)[1], HORIZON * MINUTE, "clicks")
    assert side.more.sum(axis=1).tolist() == _lost(spans, protection)
    last = max((end for _, end, _ in spans), default=0) * MINUTE
    assert drill.felt(side) is bool(spans)
    if spans:
        assert drill.made_good(side) + drill.incident.ends == pytest.approx(last, abs=drill.step)
