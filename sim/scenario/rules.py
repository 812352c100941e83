"""Rules between keys: what contradicts, and what would have no effect, is refused."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.scenario.schema import World

Path = tuple[str | int, ...]
Problem = tuple[Path, str]
_MOST_KNOTS = 5_000_000
_KNOTS_PER_HALF_LIFE = 32


def broken(world: World) -> Iterator[Problem]:
    """Yield every broken rule as the path of its key and what is wrong."""
    yield from _visits(world)
    yield from _tastes(world)
    yield from _items(world)
    yield from _slate(world)
    yield from _feedback(world)
    yield from _platform(world)


def warnings(world: World) -> Iterator[Problem]:
    """Yield what is allowed but has no effect within the horizon."""
    for n, shift in enumerate(world.users.shifts):
        if shift.at > world.horizon:
            yield ("users", "shifts", n, "at"), "the shift comes after the horizon"
    for name, kind in (("click", world.feedback.click), ("conversion", world.feedback.conversion)):
        if kind is not None and kind.window is not None and kind.window > world.horizon:
            yield ("feedback", name, "window"), "the window is longer than the horizon: it never closes"


def _visits(world: World) -> Iterator[Problem]:
    visits, at = world.users.visits, ("users", "visits")
    if (visits.rate is None) == (visits.every is None):
        yield at, "give exactly one of rate and every"
    if visits.rate is None and visits.daily_swing > 0:
        yield (*at, "daily_swing"), "has no effect without rate; visits with every are evenly spaced"
    if visits.rate is None and world.users.satisfaction.return_effect != 0:
        yield ("users", "satisfaction", "return_effect"), "has no effect without visits.rate"


def _tastes(world: World) -> Iterator[Problem]:
    users = world.users
    dim = users.preferences.dim
    if dim > 0 and world.items.click_rates is not None:
        yield ("users", "preferences", "dim"), "plain arms (items.click_rates) have no features: it must be 0"
    moving = [("preferences", "spread", users.preferences.spread), ("trend", "spread", users.trend.spread)]
    moving += [("drift", "spread", users.drift.spread), ("satiation", "strength", users.satiation.strength)]
    moving += [("observed", "share", users.observed.share), ("observed", "noise", users.observed.noise)]
    for block, key, value in moving:
        if value > 0 and dim == 0:
            yield ("users", block, key), "has no effect while users.preferences.dim is 0"
    if users.shifts and dim == 0:
        yield ("users", "shifts"), "has no effect while users.preferences.dim is 0"
    if users.observed.noise > 0 and users.observed.share == 0:
        yield ("users", "observed", "noise"), "has no effect while observed.share is 0"
    for name, wander in (("trend", users.trend), ("drift", users.drift)):
        if wander.spread > 0 and world.horizon / wander.half_life * _KNOTS_PER_HALF_LIFE > _MOST_KNOTS:
            yield ("users", name, "half_life"), "is too short for this horizon (more than 5 million steps)"


def _items(world: World) -> Iterator[Problem]:
    items = world.items
    if (items.click_rate is None) == (items.click_rates is None):
        yield ("items",), "give exactly one of click_rate and click_rates"
    if items.click_rates is None:
        if items.count is None:
            yield ("items",), "count is missing"
        return
    if items.count is not None and items.count != len(items.click_rates):
        yield ("items", "count"), f"is {items.count}, but click_rates has {len(items.click_rates)} arms"
    if items.lifetime is not None:
        yield ("items", "lifetime"), "plain arms (click_rates) do not retire"
    if items.popularity > 0:
        yield ("items", "popularity"), "plain arms (click_rates) say all of their click rate"


def _slate(world: World) -> Iterator[Problem]:
    size, count = world.slate.size, world.items.alive
    if count and size > count:
        yield ("slate", "size"), f"is {size}, but only {count} items live; at most {count} is allowed"
    seen = len(world.slate.choice.examination)
    if seen and seen != size:
        yield ("slate", "choice"), f"examination has {seen} entries for a slate of {size}; one per position is allowed"


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
    moves = world.users.preferences.spread + world.users.trend.spread + world.users.drift.spread
    if conversion.agrees_with_click != 0 and (conversion.spread == 0 or dim == 0 or moves == 0):
        yield (
            ("feedback", "conversion", "agrees_with_click"),
            "has no effect without both a taste and conversion.spread",
        )


def _platform(world: World) -> Iterator[Problem]:
    platform = world.platform
    named = [("ingest", platform.ingest), ("push", platform.push)]
    for key, law in (*named, ("training.fixed", platform.training.fixed)):
        if float(law.cdf(np.array(1e18))) < 0.999:
            yield ("platform", *key.split(".")), f"{law} may never end; a law that always ends is allowed"
