"""Which version answers whom: client, replica, version."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.pipeline.clients import Clients
from sim.pipeline.replicas import Replicas
from sim.pipeline.version import Version
from sim.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Answering:
    """The versions that answer some requests.

    Attributes:
        versions: those that answer any.
        which: ``(n,)`` place among them of the version that answers each request; None where there is only one.
    """

    versions: list[Version]
    which: Ints | None = None


@dataclass(frozen=True)
class _Load:
    """A version, and when each replica loads it."""

    version: Version
    at: Floats


class Routes:
    """The map from (user, instant) to a version.

    On a replica the version serves that it loaded last. A client that keeps a version holds the one that it would have
    been served at its last refresh. A version is kept as long as somebody may be served by it.

    Args:
        scenario: the world.
        seed: the run's seed.
        replication: its replication.
        first: the version that serves from the start, everywhere.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int, first: Version) -> None:
        cache, users = scenario.platform.serving.cache, scenario.users.count
        self._replicas = Replicas(scenario, seed, replication)
        self._clients = None if cache is None else Clients(cache, users, seed, replication)
        self._loads = [_Load(first, np.full(self._replicas.count, -np.inf))]

    def go_live(self, version: Version, at: float) -> None:
        """Let the replicas load a version, from an instant on."""
        self._loads.append(_Load(version, self._replicas.loads(at)))
        self._forget(at)

    def answering(self, user: Ints, at: Floats) -> Answering:
        """Return who answers requests.

        Args:
            user: ``(n,)``.
            at: ``(n,)`` seconds, ascending; none before a request that was answered.
        """
        return self._of(user, at if self._clients is None else self._clients.refreshed(user, at))

    def advance(self, user: Ints, at: Floats) -> Answering:
        """Return the same of requests that are answered now.

        All others come after them.
        """
        if self._clients is not None:
            return self._of(user, self._clients.advance(user, at))
        answering = self._of(user, at)
        if len(self._loads) > 1:
            self._forget(at.item(-1))
        return answering

    def columns(self, user: Ints) -> dict[str, Ints]:
        """Return what requests say of their way to a version."""
        return {"replica": self._replicas.of(user)} if self.many else {}

    @property
    def many(self) -> bool:
        """Whether there is more than one replica."""
        return self._replicas.count > 1

    def _of(self, user: Ints, seen: Floats) -> Answering:
        """Return who answers users, by their version of an instant."""
        if len(self._loads) == 1:
            return Answering([self._loads[0].version])
        used, which = np.unique(self._places(self._replicas.of(user), seen), return_inverse=True)
        versions = [self._loads[place].version for place in used.tolist()]
        return Answering(versions, which if len(versions) > 1 else None)

    def _places(self, replica: Ints, seen: Floats) -> Ints:
        """Return the place of each replica's load then."""
        places = np.zeros(len(replica), dtype=np.int64)
        for place, load in enumerate(self._loads[1:], start=1):
            places[load.at.take(replica) <= seen] = place
        return places

    def _forget(self, now: float) -> None:
        """Drop the versions that can serve nobody any more."""
        count = self._replicas.count
        current = self._places(np.arange(count), np.full(count, now))
        kept = np.arange(len(self._loads)) >= current.min()
        if self._clients is not None:
            seen = self._clients.advance_all(now)
            kept[self._places(self._replicas.of(np.arange(len(seen))), seen)] = True
        self._loads = [load for load, keep in zip(self._loads, kept.tolist(), strict=True) if keep]


def routed(scenario: Scenario) -> bool:
    """Return whether pushed versions reach users at different instants."""
    serving = scenario.platform.serving
    return serving.rollout > 0 or serving.cache is not None
