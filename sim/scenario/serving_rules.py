"""Rules between the keys of serving."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.laws import Law
from sim.scenario.schema import World

_MOST_REFRESHES = 1e6  # of a client
_MOST_OF_ALL = 1e9
_AT_LEAST = np.geomspace(1e-6, 1e9, 151)  # seconds


def serving_problems(world: World) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield what is wrong with replicas, caches and the canary."""
    serving, at = world.platform.serving, ("platform", "serving")
    canary = world.platform.canary
    if canary is not None and world.users.count < 2 * canary.least:
        yield (
            ("platform", "canary", "least"),
            f"is {canary.least} on each side, but there are {world.users.count} users: nothing would be tested; "
            "a smaller one, or platform.canary: null, is allowed",
        )
    if serving.rollout > 0 and serving.replicas == 1:
        yield (*at, "rollout"), "has no effect while platform.serving.replicas is 1"
    if (law := serving.cache) is None:
        return
    if float(law.cdf(np.array(1e18))) < 0.999:
        yield (*at, "cache"), f"{law} may never end; a law that always ends is allowed"
    refreshes = world.horizon / _shortest_mean(law)
    if refreshes > _MOST_REFRESHES or refreshes * world.users.count > _MOST_OF_ALL:
        yield (
            (*at, "cache"),
            (
                f"{law} comes to up to {refreshes:.2g} refreshes of each client; at most "
                f"{min(_MOST_REFRESHES, _MOST_OF_ALL / world.users.count):.0e} are allowed"
            ),
        )


def _shortest_mean(law: Law) -> float:
    """Return a lower bound of a law's mean.

    By Markov's inequality no mean is below ``x * P(X > x)``. At least a tenth of a nanosecond.
    """
    beyond = 1.0 - law.delivered_cdf(_AT_LEAST)
    return max(1e-10, float(np.max(_AT_LEAST * beyond)))
