"""Which version answers whom: client, replica, version."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.pipeline.canary import CanaryUsers
from sim.pipeline.clients import Clients
from sim.pipeline.replicas import Replicas
from sim.pipeline.version import Version
from sim.scenario import Replication, Scenario
from sim.scenario.population import Population

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


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
    tries: bool | None = None  # of the users who try versions first, or of the rest; None: of both


class Routes:
    """The map from (user, instant) to a version.

    On a replica the version serves that it loaded last, for the users of a canary or for the rest. A client that keeps
    a version holds the one that it would have been served at its last refresh. A version is kept as long as somebody
    may be served by it.

    Args:
        replication: the scenario and its draws.
        first: the version that serves from the start, everywhere.
    """

    def __init__(self, replication: Replication, first: Version) -> None:
        scenario, seed, number = replication.scenario, replication.seed, replication.number
        cache, canary = scenario.platform.serving.cache, scenario.platform.canary
        users = Population(scenario, seed, number).count
        self._replicas = Replicas(scenario, seed, number)
        self._clients = None if cache is None else Clients(cache, users, seed, number)
        self._canary = None if canary is None else CanaryUsers(canary.share, seed, number)
        self._loads = [_Load(first, np.full(self._replicas.count, -np.inf))]

    def go_live(self, version: Version, at: float, tries: bool | None = None) -> None:
        """Let the replicas load a version, from an instant on.

        Args:
            version: which.
            at: seconds.
            tries: True for the users who try versions first, False for the rest, None for all.
        """
        self._loads.append(_Load(version, self._replicas.loads(at), tries))
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
        used, which = np.unique(self._places(self._tries(user), self._replicas.of(user), seen), return_inverse=True)
        versions = [self._loads[place].version for place in used.tolist()]
        return Answering(versions, which if len(versions) > 1 else None)

    def _tries(self, user: Ints) -> Bools:
        return np.zeros(len(user), dtype=np.bool_) if self._canary is None else self._canary.of(user)

    def _places(self, tries: Bools, replica: Ints, seen: Floats) -> Ints:
        """Return the place of each replica's load then."""
        places = np.zeros(len(replica), dtype=np.int64)
        for place, load in enumerate(self._loads[1:], start=1):
            reached = load.at.take(replica) <= seen
            if load.tries is not None:
                reached &= tries == load.tries
            places[reached] = place
        return places

    def _forget(self, now: float) -> None:
        """Drop the versions that can serve nobody any more."""
        count = self._replicas.count
        kept = np.zeros(len(self._loads), dtype=np.bool_)
        for tries in (False,) if self._canary is None else (False, True):
            current = self._places(np.full(count, tries), np.arange(count), np.full(count, now))
            theirs = np.array([load.tries in (None, tries) for load in self._loads])
            kept |= theirs & (np.arange(len(kept)) >= current.min())
        if self._clients is not None:
            seen = self._clients.advance_all(now)
            users = np.arange(len(seen))
            kept[self._places(self._tries(users), self._replicas.of(users), seen)] = True
        self._loads = [load for load, keep in zip(self._loads, kept.tolist(), strict=True) if keep]


def routed(scenario: Scenario) -> bool:
    """Return whether pushed versions reach users at different instants."""
    serving = scenario.platform.serving
    return serving.rollout > 0 or serving.cache is not None or scenario.platform.canary is not None
