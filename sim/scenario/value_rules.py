"""Rules about what outcomes are worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.scenario.schema import World

Problem = tuple[tuple[str | int, ...], str]
_DEPENDS = ("by_utility", "shifting")  # laws that are others for each impression


def _values(world: World) -> Iterator[Problem]:
    users = world.users
    moving = (users.preferences.spread, users.trend.spread, users.drift.spread) if users.preferences.dim else ()
    alike = not any((world.items.popularity, *moving))
    for name, kind in (("click", world.feedback.click), ("conversion", world.feedback.conversion)):
        if kind is not None and kind.value is not None and kind.value.effect != 0 and alike:
            yield ("feedback", name, "value"), "by_utility has no effect where all items are liked alike"


def _reversals(world: World) -> Iterator[Problem]:
    for name, kind in (("click", world.feedback.click), ("conversion", world.feedback.conversion)):
        for part in kind.reversal.delay.parts() if kind is not None and kind.reversal is not None else ():
            if part.name in _DEPENDS:
                why = f"{part.name} has another share within the window for each positive; other laws are allowed"
                yield ("feedback", name, "reversal", "delay"), why


# what to check, and the keys that each rule reads
RULES: dict[Callable[[World], Iterator[Problem]], str] = {
    _reversals: "feedback",
    _values: "feedback users.preferences users.trend users.drift items.popularity",
}
