"""Which version a user is served by, worked out anew at every request from all that ever went live."""

from __future__ import annotations

import numpy as np

from sim.draws import Stream, child, root, uniform
from tests.reference.canary import Canary
from tests.reference.instants import plus


class Serving:
    def __init__(self, scenario, ship, seed, replication):
        self.keys, self.canary = scenario.platform.serving, Canary(scenario, seed, replication)
        self.on = ship != "in_place"
        self.root = {s: root(seed, replication, s) for s in (Stream.REPLICA, Stream.CACHE, Stream.CACHE_START)}

    def replica(self, user):
        return min(int(uniform(self.root[Stream.REPLICA], user) * self.keys.replicas), self.keys.replicas - 1)

    def later(self, user):
        """Return how long after the first replica that of a user loads a version."""
        if self.keys.replicas == 1:
            return 0.0
        step = round(self.keys.rollout * 1e6) / (self.keys.replicas - 1)
        return int(self.replica(user) * step) / 1e6

    def gap(self, user, number, since):
        """Return how long a client keeps what it has from an instant on, and until when."""
        key = child(np.array([child(self.root[Stream.CACHE], user)]), number)
        length, end = self.keys.cache.course(key, np.array([since]))
        return float(length[0]), float(end[0])

    def refreshed(self, user, at):
        """Return the last refresh of a user's client up to an instant."""
        if self.keys.cache is None:
            return at
        last, number = 0.0, 1
        coming = self.gap(user, 0, 0.0)[0] * float(uniform(self.root[Stream.CACHE_START], user))
        while coming <= at:
            last, coming, number = coming, self.gap(user, number, coming)[1], number + 1
        return last

    def version(self, user, at, switches):
        """Return the version that a user is served by.

        ``switches`` are (instant, version, whom it concerns) in order of time: all, those who try, or the rest.
        """
        if not self.on:
            return switches[-1][1]
        seen, later = self.refreshed(user, at), self.later(user)
        mine = ("all", "canary" if self.canary.tries(user) else "rest")
        came = [version for since, version, whom in switches[1:] if whom in mine and plus(since, later) <= seen]
        return [switches[0][1], *came][-1]
