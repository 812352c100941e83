"""Rules about groups of users."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.scenario.schema import World

Problem = tuple[tuple[str | int, ...], str]


def _groups(world: World) -> Iterator[Problem]:
    groups, at = world.users.groups, ("users", "groups")
    if groups and abs((total := sum(group.share for group in groups.values())) - 1.0) > 1e-9:
        yield at, f"the shares add up to {total:.12g}; 1 is allowed"
    if world.users.observed.group and not groups:
        yield ("users", "observed", "group"), "has no effect without users.groups"
    for name, group in groups.items():
        if group.visits != 1.0 and world.users.visits.rate is None:
            yield (*at, name, "visits"), "has no effect without visits.rate; visits with every are evenly spaced"
        if group.click_rate is None:
            continue
        if world.items.click_rates is not None:
            yield (*at, name, "click_rate"), "plain arms (items.click_rates) say all of their click rate"
        elif not isinstance(world.items.click_rate, float) and world.slate.link == "identity":
            yield (*at, name, "click_rate"), "adds to a law of click rates in log odds, which slate.link identity lacks"


# what to check, and the keys that each rule reads
RULES: dict[Callable[[World], Iterator[Problem]], str] = {
    _groups: "users.groups users.observed.group users.visits.rate items.click_rate items.click_rates slate.link",
}
