"""Rules between keys: contradictions and keys without effect are errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from sim.laws import Law
from sim.laws.durations import text
from sim.laws.released import Released
from sim.laws.shifting import at_any_time
from sim.scenario.context_rules import context
from sim.scenario.delay_rules import RULES as DELAY_RULES
from sim.scenario.group_rules import RULES as GROUP_RULES
from sim.scenario.incidents import Traffic, of_kind
from sim.scenario.schema import World
from sim.scenario.serving_rules import serving_problems
from sim.scenario.users import KNOTS_PER_HALF_LIFE
from sim.scenario.value_rules import RULES as VALUE_RULES
from sim.scenario.vector_rules import vectors

Path = tuple[str | int, ...]
Problem = tuple[Path, str]
_MOST_KNOTS = 5_000_000
_MOST_NUMBERS = 200_000_000
_MOST_USERS = 1e8
_MOST_VISITS = 1e11
_MOST_VISITS_EACH = 2e9  # the log stores them in 32 bits
_MOST_LIVES = 1e8
_SEEN = 0.01  # share of the outcomes that must arrive in time


def broken(world: World, unsure: Iterable[Path] = ()) -> Iterator[Problem]:
    """Yield every broken rule: the key's path and the problem.

    Args:
        world: the scenario.
        unsure: paths whose values replace wrong ones; rules that read them are skipped.
    """
    unsure = list(unsure)
    for rule, reads in _RULES.items():
        if not any(_meet(path, tuple(key.split("."))) for path in unsure for key in reads.split()):
            yield from rule(world)


def _meet(one: Path, other: Path) -> bool:
    return all(a == b for a, b in zip(one, other, strict=False))


def warnings(world: World) -> Iterator[Problem]:
    """Yield settings that have no effect within the horizon."""
    for n, shift in enumerate(world.users.shifts):
        if shift.at > world.horizon:
            yield ("users", "shifts", n, "at"), "the shift comes after the horizon"
    for n, incident in enumerate(world.incidents):
        if incident.at > world.horizon:
            yield ("incidents", n, "at"), "the incident comes after the horizon"
    if (canary := world.platform.canary) is not None and canary.lasts > world.horizon:
        yield ("platform", "canary", "for"), "the trial is longer than the horizon: it never ends"
    feedback = world.feedback
    learnt = {"click": feedback.click, "conversion": feedback.conversion if feedback.learn_from != "click" else None}
    for name, kind in learnt.items():
        if kind is not None and kind.window is not None and kind.window > world.horizon:
            yield ("feedback", name, "window"), "the window is longer than the horizon: it never closes"
    for name, kind in learnt.items():
        if kind is not None and (why := _beyond(kind.delay, world.horizon, kind.window)):
            yield ("feedback", name, "delay"), why
        back = kind.reversal if kind is not None else None
        if back is not None and (why := _beyond(back.delay, world.horizon, back.window, "reversals")):
            yield ("feedback", name, "reversal", "delay"), why
    if world.users.visits.every is not None and world.users.visits.every > world.horizon:
        yield ("users", "visits", "every"), "the first visit comes after the horizon"


def _beyond(delay: Law, horizon: float, window: float | None, of: str = "answers") -> str | None:
    """Return a warning if a delay is mostly too long.

    Outcomes that never arrive are not counted. None without a warning.
    """
    what, limit = ("window", window) if window is not None and window < horizon else ("horizon", horizon)
    within, ever = (float(delay.cdf(np.array(t))) for t in (limit, 1e18))
    if within >= _SEEN * ever:
        return None
    return f"more than 99 % of the {of} come after the {what} ({text(limit)}): by {delay}"


def _visits(world: World) -> Iterator[Problem]:
    visits, at = world.users.visits, ("users", "visits")
    if (visits.rate is None) == (visits.every is None):
        yield at, "give exactly one of rate and every; null takes one away"
    if visits.rate is None and visits.daily_swing > 0:
        yield (*at, "daily_swing"), "has no effect without rate; visits with every are evenly spaced"
    if visits.rate is None and visits.weekly is not None:
        yield (*at, "weekly"), "has no effect without rate; visits with every are evenly spaced"
    if visits.rate is None and visits.in_sessions:
        yield (*at, "session"), "has no effect without rate; visits with every are evenly spaced"
    for n, incident in enumerate(world.incidents):
        if visits.rate is None and isinstance(incident, Traffic):
            yield ("incidents", n), "traffic has no effect without visits.rate; visits with every are evenly spaced"
    if visits.session is not None and (why := _no_gap(visits.session.gap)):
        yield (*at, "session", "gap"), why
    if visits.rate is None and world.users.satisfaction.return_effect != 0:
        yield ("users", "satisfaction", "return_effect"), "has no effect without visits.rate"


def _no_gap(law: Law) -> str | None:
    """Return why a law is no gap between visits.

    None where it is one.
    """
    if any(float(own.delivered_cdf(np.array(0.0))) > 0.0 for own in at_any_time(law)):
        return f"{law} may be 0s; a law of longer gaps is allowed"
    if not all(np.isfinite(own.delivered_mean) for own in at_any_time(law)):
        return f"{law} has no finite mean; a law that has one is allowed"
    return None


def _tastes(world: World) -> Iterator[Problem]:
    users = world.users
    dim = users.preferences.dim
    if dim > 0 and world.items.click_rates is not None:
        yield ("users", "preferences", "dim"), "plain arms (items.click_rates) have no features: it must be 0"
    moving = [(*("preferences", key), getattr(users.preferences, key)) for key in ("spread", "mean")]
    moving += [("trend", "spread", users.trend.spread)]
    moving += [("drift", "spread", users.drift.spread), ("satiation", "strength", users.satiation.strength)]
    moving += [("observed", "share", users.observed.share), ("observed", "noise", users.observed.noise)]
    for block, key, value in moving:
        if value != 0 and dim == 0:
            yield ("users", block, key), "has no effect while users.preferences.dim is 0"
    if users.shifts and dim == 0:
        yield ("users", "shifts"), "has no effect while users.preferences.dim is 0"
    if users.observed.noise > 0 and users.observed.share == 0:
        yield ("users", "observed", "noise"), "has no effect while observed.share is 0"
    for name, wander in (("trend", users.trend), ("drift", users.drift)):
        if wander.spread > 0 and world.horizon / wander.half_life * KNOTS_PER_HALF_LIFE > _MOST_KNOTS:
            yield ("users", name, "half_life"), "is too short for this horizon (more than 5 million steps)"


def _items(world: World) -> Iterator[Problem]:
    items = world.items
    if (items.click_rate is None) == (items.click_rates is None):
        yield ("items",), "give exactly one of click_rate and click_rates; null takes one away"
    if items.features != "normal" and world.users.preferences.dim == 0:
        yield ("items", "features"), "has no effect while users.preferences.dim is 0"
    if items.click_rate == 0 and world.slate.link == "logit":
        yield ("items", "click_rate"), "is 0, which no log odds are; above 0 is allowed, or slate.link identity"
    if items.click_rates is None:
        if items.count is None:
            yield ("items",), "count is missing"
        return
    if world.slate.link != "logit":
        yield ("slate", "link"), "plain arms (items.click_rates) say all of their click rate"
    if items.count is not None and items.count != len(items.click_rates):
        yield ("items", "count"), f"is {items.count}, but click_rates has {len(items.click_rates)} arms"
    for key in ("lifetime", "turnover", "redrawn"):
        if getattr(items, key):
            yield ("items", key), "plain arms (click_rates) do not retire"
    if items.popularity > 0:
        yield ("items", "popularity"), "plain arms (click_rates) say all of their click rate"


def _coming(world: World) -> Iterator[Problem]:
    if world.users.arrivals is not None and world.items.redrawn:
        yield ("users", "arrivals"), "items.redrawn numbers items by the users of the start; give one of both"


def _going(world: World) -> Iterator[Problem]:
    """Yield what is wrong with how items go."""
    items = world.items
    first, *others = [key for key in ("lifetime", "turnover", "redrawn") if getattr(items, key)] or ["none"]
    for key in others:
        yield ("items", key), f"items have {first} already; give one of lifetime, turnover and redrawn"
    if (turnover := items.turnover) is None:
        return
    at = "items", "turnover"
    if not turnover.every.is_integer():
        yield (*at, "every"), f"is {text(turnover.every)}; whole seconds are allowed"
    if turnover.rate > 1.0:
        yield (*at, "rate"), f"is {turnover.rate:g} per second; at most 1 per second is allowed"


def _slate(world: World) -> Iterator[Problem]:
    size, count = world.slate.size, world.items.alive
    if count and size > count:
        yield ("slate", "size"), f"is {size}, but only {count} items live; at most {count} is allowed"
    if (why := world.slate.choice.problem(size)) is not None:
        yield ("slate", "choice"), why


def _feedback(world: World) -> Iterator[Problem]:
    feedback = world.feedback
    for name, kind in (("click", feedback.click), ("conversion", feedback.conversion)):
        if kind is not None and kind.negatives == "silent" and kind.window is None:
            yield (
                ("feedback", name, "negatives"),
                "silent needs a window: without one, no click ever becomes a known negative",
            )
    conversion = feedback.conversion
    if conversion is None:
        if feedback.learn_from == "conversion":
            yield ("feedback", "learn_from"), "is conversion, but there is no feedback.conversion"
        return
    dim = world.users.preferences.dim
    if conversion.spread > 0 and dim == 0:
        yield ("feedback", "conversion", "spread"), "has no effect while users.preferences.dim is 0"
    fixed = world.users.preferences.spread if world.users.tastes is None else world.users.tastes.spread
    moves = fixed + world.users.trend.spread + world.users.drift.spread
    agrees = "feedback", "conversion", "agrees_with_click"
    if conversion.agrees_with_click != 0 and conversion.spread == 0:
        yield agrees, "has no effect while feedback.conversion.spread is 0"
    elif conversion.agrees_with_click != 0 and (dim == 0 or moves == 0):
        yield agrees, "has no effect without a taste of the users to agree with"


def _platform(world: World) -> Iterator[Problem]:
    platform = world.platform
    named = [("ingest", platform.ingest), ("push", platform.push)]
    trainings = [(f"training.{key}", getattr(platform.training, key)) for key in ("fixed", "in_place")]
    for key, law in (*named, *trainings):
        if any(float(own.cdf(np.array(1e18))) < 0.999 for own in at_any_time(law)):
            yield ("platform", *key.split(".")), f"{law} may never end; a law that always ends is allowed"
    if any(isinstance(part, Released) for part in platform.ingest.parts()):
        yield ("platform", "ingest"), "released holds an event until the next file drop: put it into the delay"


def _amounts(world: World) -> Iterator[Problem]:
    users, dim = world.users, world.users.preferences.dim
    ever = users.ever(world.horizon)
    if users.arrivals is not None and ever > _MOST_USERS:
        yield ("users", "arrivals", "rate"), f"comes to {ever:.2g} users in all; at most {_MOST_USERS:.0e} is allowed"
    if ever * dim > _MOST_NUMBERS:
        yield ("users", "count"), f"comes to {ever:.9g} with {dim} taste coordinates each; they must fit in memory"
    if world.items.alive * dim > _MOST_NUMBERS:
        yield ("items", "count"), f"is {world.items.alive} with {dim} features each; they must fit in memory"
    each = users.visits_per_second
    if (visits := users.present(world.horizon) * each * world.horizon) > _MOST_VISITS:
        yield ("horizon",), f"comes to {visits:.1g} visits of all users; at most {_MOST_VISITS:.0e} is allowed"
        return
    most = _most_visits_each(world) * world.horizon
    if most > _MOST_VISITS_EACH:
        problem = f"comes to up to {most:.2g} visits of one user; at most {_MOST_VISITS_EACH:.0e} is allowed"
        yield ("horizon",), problem
    lifetime = world.items.lifetime
    if lifetime is not None and (lives := world.items.alive * world.horizon / lifetime) > _MOST_LIVES:
        yield ("items", "lifetime"), f"comes to {lives:.1g} items in all; at most {_MOST_LIVES:.0e} is allowed"
    turnover = world.items.turnover
    if turnover is not None and (lives := turnover.rate * world.horizon) > _MOST_LIVES:
        yield ("items", "turnover"), f"comes to {lives:.1g} items in all; at most {_MOST_LIVES:.0e} is allowed"
    if world.items.redrawn and (lives := visits * world.items.alive) > _MOST_LIVES:
        yield ("items", "redrawn"), f"comes to {lives:.1g} items in all; at most {_MOST_LIVES:.0e} is allowed"


def _most_visits_each(world: World) -> float:
    """Return the most visits a second of a user.

    One who is always satisfied, of the busiest group and time.
    """
    users = world.users
    busiest = max((group.visits for group in users.groups.values()), default=1.0)
    weekly = users.visits.weekly
    day = max(weekly) * len(weekly) / sum(weekly) if weekly else 1.0
    traffic = float(np.prod([max(1.0, one.factor) for one in of_kind(world.incidents, Traffic)]))
    return users.visits.per_second(busiest) * float(np.exp(abs(users.satisfaction.return_effect))) * day * traffic


# what to check, and the keys that each rule reads
_RULES: dict[Callable[[World], Iterator[Problem]], str] = {
    _visits: "users.visits.rate users.visits.every users.visits.daily_swing users.visits.weekly"
    " users.visits.session users.satisfaction.return_effect incidents",
    _tastes: "users.preferences users.trend users.drift users.shifts users.satiation users.observed items.click_rates"
    " horizon",
    context: "users.context users.observed.recent users.preferences.dim",
    vectors: "users.tastes users.count users.preferences items.features items.count",
    _items: "items.count items.click_rate items.click_rates items.popularity items.features items.lifetime"
    " items.turnover items.redrawn slate.link users.preferences.dim",
    _coming: "users.arrivals items.redrawn",
    _going: "items.lifetime items.turnover items.redrawn",
    _slate: "slate.size slate.choice items.count items.click_rates",
    _feedback: "feedback users.preferences users.tastes users.trend users.drift",
    _platform: "platform",
    serving_problems: "platform.serving platform.canary horizon users.count",
    _amounts: "users.count users.arrivals users.leaving users.visits users.preferences users.satisfaction users.groups"
    " items horizon incidents",
    **GROUP_RULES,
    **DELAY_RULES,
    **VALUE_RULES,
}
