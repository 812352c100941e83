"""Rules about laws that depend on more than time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.laws import ByUtility, Law
from sim.scenario.schema import World

Path = tuple[str | int, ...]
Problem = tuple[Path, str]


def by_utility(law: Law) -> bool:
    """Return whether a law depends on liking."""
    return any(isinstance(part, ByUtility) for part in law.parts())


def _by_utility(world: World) -> Iterator[Problem]:
    users = world.users
    moving = (users.preferences.spread, users.trend.spread, users.drift.spread) if users.preferences.dim else ()
    alike = users.tastes is None and not any((world.items.popularity, *moving))
    for name, kind in (("click", world.feedback.click), ("conversion", world.feedback.conversion)):
        if alike and kind is not None and by_utility(kind.delay):
            yield ("feedback", name, "delay"), "by_utility has no effect where all items are liked alike"


def _of_no_item(world: World) -> Iterator[Problem]:
    platform, session = world.platform, world.users.visits.session
    laws: dict[Path, Law] = {("platform", key): getattr(platform, key) for key in ("ingest", "push")}
    laws |= {("platform", "training", key): getattr(platform.training, key) for key in ("fixed", "in_place")}
    laws |= {} if session is None else {("users", "visits", "session", "gap"): session.gap}
    for path, law in laws.items():
        if by_utility(law):
            yield path, "by_utility is for delays of feedback: here is no item that is liked"


# what to check, and the keys that each rule reads
RULES: dict[Callable[[World], Iterator[Problem]], str] = {
    _by_utility: "feedback users.preferences users.tastes users.trend users.drift items.popularity",
    _of_no_item: "platform users.visits.session",
}
