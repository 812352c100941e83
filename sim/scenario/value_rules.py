"""Rules about what outcomes are worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.scenario.drivers import feature_of
from sim.scenario.schema import World

Problem = tuple[tuple[str | int, ...], str]
_DEPENDS = ("by_utility", "shifting")  # laws that are others for each impression


def _values(world: World) -> Iterator[Problem]:
    users = world.users
    moving = (users.preferences.spread, users.trend.spread, users.drift.spread) if users.preferences.dim else ()
    alike = users.tastes is None and not any((world.items.popularity, *moving))
    for name, kind in (("click", world.feedback.click), ("conversion", world.feedback.conversion)):
        if kind is not None and kind.value is not None and kind.value.effect != 0 and alike:
            yield ("feedback", name, "value"), "by_utility has no effect where all items are liked alike"


def _reversals(world: World) -> Iterator[Problem]:
    for name, kind in (("click", world.feedback.click), ("conversion", world.feedback.conversion)):
        for part in kind.reversal.delay.parts() if kind is not None and kind.reversal is not None else ():
            if part.name in _DEPENDS:
                why = f"{part.name} has another share within the window for each positive; other laws are allowed"
                yield ("feedback", name, "reversal", "delay"), why


def _satisfaction(world: World) -> Iterator[Problem]:
    how, at, learnt = world.users.satisfaction, ("users", "satisfaction"), world.feedback.learnt
    dim, feature = world.users.preferences.dim, feature_of(how.driven_by)
    if feature is not None and feature >= dim:
        allowed = f"0 to {dim - 1} is allowed" if dim else "users.preferences.dim is 0"
        yield (*at, "driven_by"), f"is {how.driven_by}, but items have {dim} features; {allowed}"
    counts_one = world.feedback.learn_from == "click" and learnt.value is None and learnt.reversal is None
    if how.driven_by == "value" and counts_one:
        yield (*at, "driven_by"), "is value, but each click counts 1: give feedback.click.value, or clicks"
    if how.value_effect != 0 and learnt.value is None:
        yield (*at, "value_effect"), f"needs a value to change: feedback.{world.feedback.learn_from}.value"


# what to check, and the keys that each rule reads
RULES: dict[Callable[[World], Iterator[Problem]], str] = {
    _reversals: "feedback",
    _satisfaction: "feedback users.satisfaction users.preferences.dim",
    _values: "feedback users.preferences users.tastes users.trend users.drift items.popularity",
}
