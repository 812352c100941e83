"""Rules of own vectors."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.errors import Path
from sim.scenario.schema import World
from sim.scenario.vectors import Vectors


def vectors(world: World) -> Iterator[tuple[Path, str]]:
    """Yield what does not fit the rest of it."""
    users, items = world.users, world.items
    given = (
        (("users", "tastes"), users.tastes, "users.count", users.count),
        (("items", "features"), items.features, "items.count", items.alive),
    )
    for at, own, key, count in given:
        if isinstance(own, Vectors):
            rows, columns = own.values.shape
            if columns != users.preferences.dim:
                yield at, f"{own.file!r} has {columns} columns, but users.preferences.dim is {users.preferences.dim}"
            if rows < count:
                yield at, f"{own.file!r} has {rows} rows, but {key} is {count}; a row for each is needed"
    for name in ("spread", "mean"):
        if users.tastes is not None and getattr(users.preferences, name) != 0:
            yield ("users", "preferences", name), "has no effect with users.tastes, which are all of the fixed taste"
