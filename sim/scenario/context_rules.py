"""Rules of what is seen of requests."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.errors import Path
from sim.scenario.schema import World


def context(world: World) -> Iterator[tuple[Path, str]]:
    """Yield what is wrong with context and fresh features."""
    users, at = world.users, ("users", "context", "spread")
    if users.observed.recent is not None and users.preferences.dim == 0:
        yield ("users", "observed", "recent"), "has no effect while users.preferences.dim is 0"
    if users.context.spread == 0:
        return
    if users.preferences.dim == 0:
        yield at, "has no effect while users.preferences.dim is 0"
    if users.context.length == 0:
        yield at, "has no effect without hour, weekday or dim of users.context"
