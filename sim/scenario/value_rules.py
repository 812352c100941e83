"""Rules about what outcomes are worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.scenario.schema import World

Problem = tuple[tuple[str | int, ...], str]


def _values(world: World) -> Iterator[Problem]:
    users = world.users
    moving = (users.preferences.spread, users.trend.spread, users.drift.spread) if users.preferences.dim else ()
    alike = not any((world.items.popularity, *moving))
    for name, kind in (("click", world.feedback.click), ("conversion", world.feedback.conversion)):
        if kind is not None and kind.value is not None and kind.value.effect != 0 and alike:
            yield ("feedback", name, "value"), "by_utility has no effect where all items are liked alike"


# what to check, and the keys that each rule reads
RULES: dict[Callable[[World], Iterator[Problem]], str] = {
    _values: "feedback users.preferences users.trend users.drift items.popularity",
}
