"""A case for every key of a scenario: the world in which it is shown, and another value for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sim.scenario import Scenario
from sim.scenario.errors import blocks_in, is_named, key_of, kinds_of
from sim.scenario.schema import World
from tests.support.worlds import CLOCKWORK, TASTES

Overrides = dict[str, Any]
FILES = Path(__file__).parents[1] / "properties"  # where files that scenarios name are
FEW = TASTES | {
    "horizon": "12h",
    "users": TASTES["users"] | {"count": 8, "shifts": [{"at": "6h", "share": 0.5, "size": 1.5}]},
}


def keys(model: type[BaseModel] = World, prefix: str = "") -> Iterator[str]:
    """Yield every key of the schema that holds a value, dotted.

    An entry of a list of blocks is entry 0, of each of its kinds; what chooses among these holds no value. Of blocks by
    name it is a.
    """
    for name, about in model.model_fields.items():
        if name == "kind" and kinds_of(model):
            continue
        blocks, at = blocks_in(about.annotation), f"{prefix}{key_of(name, about)}"
        if is_named(about.annotation):
            at += ".a"
        if not blocks:
            yield at
        for inner in blocks:
            kind = "".join(f"({kind})" for kind in kinds_of(inner))
            yield from keys(inner, f"{at}.0{kind}." if "tuple" in str(about.annotation) else f"{at}.")


def plain(key: str) -> str:
    """Return a dotted key without the kind of an entry.

    >>> plain("incidents.0(push_stuck).at")
    'incidents.0.at'
    """
    return re.sub(r"\(\w+\)", "", key)


@dataclass(frozen=True)
class Case:
    """What a key is changed to, and the world in which that shows.

    Attributes:
        value: the other value.
        base: the world before.
        world: what is changed in both.
        also: what has to be changed with it.
    """

    value: Any
    base: Overrides = field(default_factory=lambda: FEW)
    world: Overrides = field(default_factory=dict)
    also: Overrides = field(default_factory=dict)


SHOP = {
    "feedback.conversion": {"rate": 0.4, "spread": 0.8, "delay": "exponential(mean=30m)", "window": "3h"},
    "feedback.learn_from": "conversion",
}
TAKEN = {"rate": 0.4, "delay": "exponential(mean=30m)", "window": "1h"}
REFUNDS = {"feedback.click.reversal": TAKEN}
RETURNS = SHOP | {"feedback.conversion": SHOP["feedback.conversion"] | {"reversal": TAKEN}}
CLICKS = SHOP | {"feedback.learn_from": "click"}
EVEN = {"users.visits": {"every": "2h"}, "users.satisfaction.return_effect": 0.0}
SESSIONS = {"users.visits.session": {"stay": 0.5, "gap": "exponential(mean=40s)"}}
GROUPS = {"users.groups": {"a": {"share": 0.5, "delay": 2.0}, "b": {"share": 0.5}}}
ARRIVE = {"users.arrivals": {"rate": "50 per day"}}
LEAVE = {"users.leaving": {"rate": "3 per day", "satisfaction_effect": 1.0}}
TURNOVER = {"items.lifetime": None, "items.turnover": {"every": "1h", "rate": "3 per hour"}}
NORMALS = {"users.context": {"dim": 4, "spread": 0.5}}
RECENT = {"users.observed.recent": {"half_life": "6h"}}
OWN = {"users.count": 5, "users.preferences.dim": 2, "users.preferences.spread": 0.0}
ROLLOUT = {"platform.serving": {"replicas": 3, "rollout": "2h"}}
# of three versions one is rolled back
CANARY = {"users.count": 15, "platform.canary": {"share": 0.5, "for": "2h", "least": 2}}
ARMS = {"items.click_rates": [0.7, 0.2], "horizon": "200s"}
GATE = {"platform.gate": {"for": "1h", "margin": 0.0, "least": 1}}
# an incident of each kind, and for each of its keys another value
INCIDENTS: dict[str, Overrides] = {
    "label_outage": {"at": "2h", "for": "4h"},
    "label_loss": {"at": "2h", "for": "4h", "share": 0.5},
    "label_duplicates": {"at": "2h", "for": "4h", "share": 0.5},
    "trainer_down": {"at": "3h", "for": "2h"},
    "push_stuck": {"at": "3h", "for": "2h"},
    "traffic": {"at": "3h", "for": "2h", "factor": 3.0},
    "rollback": {"at": "7h"},
}
TOLD: dict[str, Overrides] = {
    "label_outage": {"at": "1h", "for": "5h", "backfill": False},
    "label_loss": {"at": "1h", "for": "5h", "share": 1.0},
    "trainer_down": {"at": "6h", "for": "1h"},
    "push_stuck": {"at": "6h", "for": "1h"},
    "traffic": {"at": "6h", "for": "1h", "factor": 4.0},
    "rollback": {"at": "8h"},
}


def one(kind: str) -> Overrides:
    """Return a world with one incident of a kind, and enough labels for it."""
    return {"users.count": 15, "incidents": [{"kind": kind, **INCIDENTS[kind]}]}


CASES = {
    "horizon": Case("13h"),
    "users.count": Case(9),
    "users.visits.rate": Case("13 per day"),
    "users.visits.every": Case("3h", world=EVEN),
    "users.visits.daily_peak": Case("08:00"),
    "users.visits.daily_swing": Case(0.5),
    "users.visits.weekly": Case([1, 1, 1, 1, 1.2, 1.5, 1.3]),
    "users.visits.session.stay": Case(0.6, world=SESSIONS),
    "users.visits.session.gap": Case("exponential(mean=50s)", world=SESSIONS),
    "users.preferences.dim": Case(5),
    "users.preferences.spread": Case(1.1),
    "users.preferences.mean": Case(0.3),
    "users.tastes": Case("vectors2.csv", world=OWN),
    "users.trend.half_life": Case("7h"),
    "users.trend.spread": Case(0.7),
    "users.drift.half_life": Case("2d"),
    "users.drift.spread": Case(0.5),
    "users.shifts.0.at": Case("9h"),
    "users.shifts.0.share": Case(0.6),
    "users.shifts.0.size": Case(1.6),
    "users.satiation.half_life": Case("7h"),
    "users.satiation.strength": Case(0.6),
    "users.satisfaction.half_life": Case("13h"),
    "users.satisfaction.return_effect": Case(0.6),
    "users.satisfaction.driven_by": Case("feature(1)"),
    "users.satisfaction.value_effect": Case(0.7, world={"feedback.click.value": 3}),
    "users.observed.share": Case(0.5),
    "users.observed.noise": Case(0.4),
    "users.observed.group": Case(True, world=GROUPS),
    "users.groups.a.share": Case(0.3, world=GROUPS, also={"users.groups.b.share": 0.7}),
    "users.groups.a.delay": Case(1.5, world=GROUPS),
    "users.groups.a.visits": Case(1.5, world=GROUPS),
    "users.groups.a.click_rate": Case(0.3, world=GROUPS),
    "users.observed.recent.half_life": Case("7h", world=RECENT),
    "users.observed.recent.latency": Case("1h", world=RECENT),
    "users.observed.recent.refresh": Case("1h", world=RECENT),
    "users.context.hour": Case(True),
    "users.context.weekday": Case(True),
    "users.context.dim": Case(3, world=NORMALS),
    "users.context.spread": Case(0.6, world=NORMALS),
    "users.context.seen": Case(0.5, world=NORMALS),
    "users.arrivals.rate": Case("60 per day", world=ARRIVE),
    "users.leaving.rate": Case("90% per day", world=LEAVE),
    "users.leaving.satisfaction_effect": Case(-1.0, world=LEAVE),
    "items.count": Case(13),
    "items.lifetime": Case("13h"),
    "items.turnover.every": Case("2h", world=TURNOVER),
    "items.turnover.rate": Case("9 per hour", world=TURNOVER),
    "items.redrawn": Case(True, world={"items.lifetime": None}),
    "items.click_rate": Case("beta(2, 8)"),
    "items.click_rates": Case([0.6, 0.2], base=CLOCKWORK, world=ARMS),
    "items.popularity": Case(0.6),
    "items.features": Case("uniform"),
    "slate.size": Case(2, world={"slate.choice": "cascade"}),
    "slate.link": Case("identity"),
    "slate.choice": Case("position_based(examination=[1, 0.7, 0.4])"),
    "feedback.click.delay": Case("lognormal(median=21s, p95=5m)"),
    "feedback.click.window": Case("31m"),
    "feedback.click.negatives": Case("explicit"),
    "feedback.click.value": Case("by_utility(effect=0.5, law=3)"),
    "feedback.click.reversal.rate": Case(0.9, world=REFUNDS),
    "feedback.click.reversal.delay": Case("exponential(mean=2h)", world=REFUNDS),
    "feedback.click.reversal.window": Case("20m", world=REFUNDS),
    "feedback.conversion.reversal.rate": Case(0.9, world=RETURNS),
    "feedback.conversion.reversal.delay": Case("exponential(mean=2h)", world=RETURNS),
    "feedback.conversion.reversal.window": Case("20m", world=RETURNS),
    "feedback.conversion.value": Case("exponential(mean=40)", world=SHOP),
    "feedback.conversion.delay": Case("exponential(mean=31m)", world=SHOP),
    "feedback.conversion.window": Case("2h", world=SHOP),
    "feedback.conversion.negatives": Case("explicit", world=SHOP),
    "feedback.conversion.rate": Case(0.41, world=SHOP),
    "feedback.conversion.spread": Case(0.9, world=SHOP),
    "feedback.conversion.agrees_with_click": Case(0.5, world=SHOP),
    "feedback.learn_from": Case("click", world=SHOP),
    "platform.ingest": Case("exponential(mean=31s)"),
    "platform.training.fixed": Case("11m"),
    "platform.training.per_example": Case("10ms"),
    "platform.push": Case("exponential(mean=21m)"),
    "platform.gate.for": Case("90m", world=GATE),
    "platform.gate.margin": Case(9.0, world=GATE),
    "platform.gate.least": Case(1000, world=GATE),
    "platform.serving.replicas": Case(5, world=ROLLOUT),
    "platform.serving.rollout": Case("3h", world=ROLLOUT),
    "platform.serving.cache": Case("exponential(mean=3h)"),
    "platform.canary.share": Case(0.3, world=CANARY),
    "platform.canary.for": Case("1h", world=CANARY),
    "platform.canary.margin": Case(1.0, world=CANARY),
    "platform.canary.least": Case(5, world=CANARY),
    **{
        f"incidents.0({kind}).{key}": Case(value, world=one(kind)) for kind in TOLD for key, value in TOLD[kind].items()
    },
}


@cache
def changed(key: str) -> tuple[Scenario, Scenario]:
    """Return the world of a case before and after its key is changed."""
    case = CASES[key]
    before = Scenario.load(Scenario.check(dict(case.base), folder=FILES), case.world)
    return before, Scenario.load(before, {plain(key): case.value} | case.also)


# what may be said without any effect, and why
NO_EFFECT = {
    "name": "for people: it names runs, and two names of one world meet the same users",
    "description": "for people",
}
# what changes a cost or a count and no request, and another value for it, the score, and the world before
COSTS: dict[str, tuple[Any, str, Overrides]] = {
    "platform.training.in_place": ("exponential(mean=1s)", "cost/training_time", {}),
    **{
        f"incidents.0(label_duplicates).{key}": (value, "feedback/duplicates", one("label_duplicates"))
        for key, value in {"at": "1h", "for": "1h", "share": 0.6}.items()
    },
}
# a key that tunes a mechanism is kept while the mechanism is off, so that its strength can be swept through 0
SWITCHES: dict[str, tuple[Any, Overrides]] = {
    "users.visits.daily_peak": ("08:00", {"users.visits.daily_swing": 0.0}),
    "users.visits.session.gap": ("exponential(mean=50s)", SESSIONS | {"users.visits.session.stay": 0.0}),
    "users.trend.half_life": ("7h", {"users.trend.spread": 0.0}),
    "users.drift.half_life": ("2d", {"users.drift.spread": 0.0}),
    "users.shifts.0.at": ("9h", {"users.shifts.0.size": 0.0}),
    "users.shifts.0.share": (0.6, {"users.shifts.0.size": 0.0}),
    "users.shifts.0.size": (1.6, {"users.shifts.0.share": 0.0}),
    "users.satiation.half_life": ("7h", {"users.satiation.strength": 0.0}),
    "users.satisfaction.half_life": ("13h", {"users.satisfaction.return_effect": 0.0}),
    "users.context.seen": (0.5, {"users.context.dim": 0}),
    "users.satisfaction.driven_by": ("feature(1)", {"users.satisfaction.return_effect": 0.0}),
    "feedback.click.value": (25, SHOP),
    "feedback.conversion.value": (25, CLICKS),
    "feedback.click.reversal.rate": (0.9, SHOP | REFUNDS),
    "feedback.conversion.reversal.rate": (0.9, RETURNS | {"feedback.learn_from": "click"}),
    "platform.serving.replicas": (3, {"platform.serving.rollout": "0s"}),
    "feedback.conversion.delay": ("exponential(mean=31m)", CLICKS),
    "feedback.conversion.window": ("2h", CLICKS),
    "feedback.conversion.negatives": ("explicit", CLICKS),
    "feedback.conversion.rate": (0.41, CLICKS),
    "feedback.conversion.spread": (0.9, CLICKS),
    "feedback.conversion.agrees_with_click": (0.5, CLICKS),
    **{
        f"incidents.0({kind}).{key}": (TOLD["label_loss"][key], {**one(kind), "incidents.0.share": 0.0})
        for kind in ("label_loss", "label_duplicates")
        for key in ("at", "for")
    },
}
NO_SPREAD = SHOP | {"feedback.conversion.spread": 0.0}
NO_TASTES = {
    "users.preferences": {},
    "users.trend": {},
    "users.drift": {},
    "users.shifts": [],
    "users.satiation": {},
    "users.observed": {},
}
ALIKE = NO_TASTES | {"items.popularity": 0.0}
NO_TASTE_TO_AGREE_WITH = SHOP | {
    "users.preferences.spread": 0.0,
    "users.trend.spread": 0.0,
    "users.drift.spread": 0.0,
}
# a world in which the key would have no effect, and what is then said
REFUSED: dict[str, tuple[Any, Overrides, str]] = {
    "users.visits.rate": ("4 per day", EVEN, "give exactly one of rate and every"),
    "users.visits.every": ("1h", {}, "give exactly one of rate and every"),
    "users.visits.daily_swing": (0.5, EVEN, "has no effect without rate"),
    "users.visits.weekly": ([1, 1, 1, 1, 1, 2, 2], EVEN, "has no effect without rate"),
    "users.visits.session": (SESSIONS["users.visits.session"], EVEN, "has no effect without rate"),
    "users.visits.session.gap": ("0s", SESSIONS, "may be 0s"),
    "users.preferences.spread": (1.0, NO_TASTES, "has no effect while users.preferences.dim is 0"),
    "users.trend.spread": (0.5, NO_TASTES, "has no effect while users.preferences.dim is 0"),
    "users.drift.spread": (0.5, NO_TASTES, "has no effect while users.preferences.dim is 0"),
    "users.shifts": (
        [{"at": "1h", "share": 1.0, "size": 1.0}], NO_TASTES, "has no effect while users.preferences.dim is 0",
    ),
    "users.satiation.strength": (0.5, NO_TASTES, "has no effect while users.preferences.dim is 0"),
    "users.satisfaction.return_effect": (0.5, EVEN, "has no effect without visits.rate"),
    "users.satisfaction.driven_by": ("value", {}, "is value, but each click counts 1"),
    "users.satisfaction.value_effect": (0.5, {}, "needs a value to change: feedback.click.value"),
    "users.observed.share": (0.5, NO_TASTES, "has no effect while users.preferences.dim is 0"),
    "users.observed.noise": (0.5, {"users.observed.share": 0.0, "users.observed.noise": 0.0}, "observed.share is 0"),
    "users.observed.group": (True, {}, "has no effect without users.groups"),
    "users.groups.a.share": (0.6, GROUPS, "the shares add up to 1.1"),
    "users.groups.a.visits": (2.0, EVEN | GROUPS, "has no effect without visits.rate"),
    "users.groups.a.click_rate": (
        0.5, GROUPS | {"items.click_rate": "beta(1, 1)", "slate.link": "identity"}, "adds to a law of click rates",
    ),
    "users.observed.recent.half_life": ("6h", NO_TASTES, "has no effect while users.preferences.dim is 0"),
    "users.context.spread": (0.5, {}, "has no effect without hour, weekday or dim of users.context"),
    "incidents": ([{"kind": "traffic", "at": "1h", "for": "1h", "factor": 2.0}], EVEN, "has no effect without"),
    "users.arrivals": (ARRIVE["users.arrivals"], {"items.lifetime": None, "items.redrawn": True}, "items.redrawn"),
    "users.arrivals.rate": ("1e9 per day", ARRIVE, "users in all; at most 1e+08 is allowed"),
    "users.preferences.mean": (0.5, NO_TASTES, "has no effect while users.preferences.dim is 0"),
    "items.features": ("uniform", NO_TASTES, "has no effect while users.preferences.dim is 0"),
    "items.redrawn": (True, {}, "items have lifetime already; give one of lifetime, turnover and redrawn"),
    "items.turnover.every": ("1500ms", TURNOVER, "is 1.5s; whole seconds are allowed"),
    "items.turnover.rate": ("2 per second", TURNOVER, "is 2 per second; at most 1 per second is allowed"),
    "items.click_rate": (0.0, {}, "is 0, which no log odds are; above 0 is allowed, or slate.link identity"),
    "items.click_rates": ([0.5, 0.5], {}, "give exactly one of click_rate and click_rates"),
    "feedback.click.negatives": ("silent", {"feedback.click.window": None}, "silent needs a window"),
    "feedback.click.value": ("by_utility(effect=1, law=2)", ALIKE, "has no effect where all items are liked alike"),
    "feedback.conversion.spread": (0.5, NO_TASTES | NO_SPREAD, "has no effect while"),
    "feedback.conversion.agrees_with_click": (0.5, NO_TASTE_TO_AGREE_WITH, "has no effect without a taste"),
    "feedback.learn_from": ("conversion", {}, "there is no feedback.conversion"),
    "platform.serving.rollout": ("1h", {}, "has no effect while platform.serving.replicas is 1"),
}  # fmt: skip
# plain arms say all about themselves
ARMS_REFUSE = {
    "users.preferences.dim": (2, "plain arms (items.click_rates) have no features"),
    "items.count": (3, "is 3, but click_rates has 2 arms"),
    "items.lifetime": ("1h", "plain arms (click_rates) do not retire"),
    "items.redrawn": (True, "plain arms (click_rates) do not retire"),
    "slate.link": ("identity", "plain arms (items.click_rates) say all of their click rate"),
    "items.click_rate": (0.5, "give exactly one of click_rate and click_rates"),
    "users.groups": ({"a": {"share": 1.0, "click_rate": 0.5}}, "plain arms (items.click_rates) say all"),
    "items.popularity": (0.5, "plain arms (click_rates) say all of their click rate"),
}
