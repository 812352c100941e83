"""What an incident costs in a drill: the requests in between, times the regret of each."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents import Agent, Every, Never, ObservedOnly, Uniform
from sim import simulate
from sim.analysis.drill.drill import Drill
from sim.analysis.drill.incident import struck
from sim.analysis.drill.sides import Amounts, Side

from ._claim import Claim, at_most, exact, near, slow
from ._worlds import poisson, world
from .gates import ByVersion, Knows

RATE, CYCLE, TRAINING, PUSH = 1.0, 1000.0, 10.0, 20.0  # visits a second, seconds
RATES, RUNS = (0.3, 0.7), 60
GAP = RATES[1] - RATES[0]
_BETWEEN = "Poisson requests in between x regret of each"
_PAPER = "instants on paper"


def _script(items: tuple[int, ...]) -> ByVersion:
    """Return a learner whose versions show one item each; the last one goes on.

    Each expects the better item's rate, or far too little.
    """

    def policy(version: int) -> Knows:
        item = items[min(version, len(items) - 1)]
        return Knows(item, RATES[item] if item else 1e-4)

    return ByVersion(policy)


def _run(incident: str | None, horizon: float, items: tuple[int, ...], **platform: Any) -> Amounts:
    """Return regret by replication of an agent whose versions show these items, one training each `CYCLE`."""
    one = world(horizon, items__click_rates=list(RATES), platform__training__fixed=f"{TRAINING:g}s",
                platform__push=f"constant({PUSH:g}s)", **poisson(RATE), **platform)  # fmt: skip
    agent = Agent(_script(items), ObservedOnly(), Every(CYCLE, refit_window=None), "push")
    bad = one if incident is None else struck(one, incident)[0]
    return Amounts.of(simulate(bad, agent, replications=RUNS, trace=False).curve)


def _cost(name: str, seconds: float, incident: str, *items: int, horizon: float = 1900.0) -> tuple[Claim, Drill]:
    """Return the claim that regret is higher for so many seconds, and the drill."""
    side = Side("", _run(None, horizon, items), _run(incident, horizon, items))
    found = near(f"cost of {name}", RATE * GAP * seconds, side.more.sum(axis=1), _BETWEEN)
    return found, Drill((side,), struck(world(horizon), incident)[1], horizon, "clicks")


def _made_good(name: str, seconds: float, drill: Drill) -> Claim:
    """Return the claim that it is made good so many seconds after its end, to a step."""
    found = drill.made_good(drill.sides[0])
    off = np.inf if found is None else abs(found - seconds) / drill.step
    return at_most(f"{name} is made good: steps away from the instant on paper", 1.0, off, _PAPER)


def trainer_down() -> list[Claim]:
    """The training of 1000 s starts when the trainer is back, at 1300 s: it is live at 1330 s, not at 1030 s."""
    cost, drill = _cost("a trainer outage", 300.0, "{kind: trainer_down, at: 900s, for: 400s}", 0, 1)
    return [cost, _made_good("a trainer outage", TRAINING + PUSH, drill)]


def stuck_push() -> list[Claim]:
    """A push that would arrive at 1030 s arrives at 1500 s."""
    cost, drill = _cost("a stuck push", 470.0, "{kind: push_stuck, at: 900s, for: 600s}", 0, 1)
    return [cost, _made_good("a stuck push", 0.0, drill)]


@slow
def rollback() -> list[Claim]:
    """From 1500 s on the version before serves, until that of 2000 s is live at 2030 s; it is worse, or better."""
    worse, drill = _cost("a rollback to a worse version", 530.0, "{kind: rollback, at: 1500s}", 0, 1, horizon=2900.0)
    better, _ = _cost("a rollback to a better version", -400.0, "{kind: rollback, at: 1500s}", 1, 0, horizon=1900.0)
    return [worse, _made_good("a rollback", 530.0, drill), better]


@slow
def gate() -> list[Claim]:
    """A gate keeps each version back for 200 s, its price, and one that expects far too little for good."""
    held = {"platform__gate": {"for": "200s", "least": 20}}
    price, saved = (
        (_run(None, horizon, items, **held).regret - _run(None, horizon, items).regret).sum(axis=1)
        for horizon, items in ((1900.0, (0, 1)), (3600.0, (0, 1, 0, 1)))  # version 2 is bad, from 2030 s to 3030 s
    )
    outage = "{kind: push_stuck, at: 1100s, for: 120s}"  # before the gate lets the version of 1000 s go, at 1210 s
    side = Side("gate", *(_run(incident, 1900.0, (0, 1), **held) for incident in (None, outage)))
    return [
        near("price of a gate, as regret on good days", RATE * GAP * 200.0, price, _BETWEEN),
        near("regret that a gate saves where a version is bad", RATE * GAP * (200.0 - 1000.0), saved, _BETWEEN),
        exact("cost of a stuck push while the gate holds the version", 0.0, np.abs(side.more).max(), _PAPER),
    ]


def traffic() -> list[Claim]:
    """Three times the visits for 1000 s: two more for each, with half the gap if items are shown at random."""
    calm = world(1900.0, items__click_rates=list(RATES), **poisson(RATE))
    bad, _ = struck(calm, "{kind: traffic, at: 500s, for: 1000s, factor: 3}")
    agent = Agent(Uniform(), cadence=Never())
    runs = (simulate(one, agent, replications=RUNS, trace=False).curve for one in (calm, bad))
    side = Side("", *map(Amounts.of, runs))
    return [near("cost of more traffic", 2.0 * RATE * 1000.0 * GAP / 2.0, side.more.sum(axis=1), _BETWEEN)]
