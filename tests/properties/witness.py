"""Agents that show whatever they were told: a bit that differs anywhere changes what they do next."""

from __future__ import annotations

import hashlib

import numpy as np

from agents.cadences.base import Scheduled
from sim.draws import child, uniform
from sim.ports import Impressions, Slates, best
from sim.ports.impressions import COLUMNS


def digest(*parts):
    """Return 63 bits of numbers, texts, and objects with columns."""
    state = hashlib.blake2b(digest_size=8)
    for part in parts:
        if isinstance(part, Impressions):
            columns = [getattr(part, name) for name in COLUMNS]
        else:
            columns = vars(part).values() if hasattr(part, "__dict__") else [part]
        for column in columns:
            state.update(column.tobytes() if isinstance(column, np.ndarray) else repr(column).encode())
    return int.from_bytes(state.digest()) >> 1


class Witness:
    """A learner whose only knowledge is a hash of all that it was ever told, pending labels included."""

    def __init__(self):
        self.state = 0

    def begin(self, space):
        self.state = digest(space)

    def train(self, experience):
        news, examples = experience.news, experience.examples
        told = (news.cutoff, news.refit, news.served, news.matured, experience.pending)
        self.state = digest(self.state, *told, examples.impressions, examples.label, examples.weight)

    def policy(self):
        return Opinion(self.state)


class Opinion:
    """Ranks by a hash of the state, of all that is observed of a request, and of the item."""

    def __init__(self, state):
        self.state = state

    def act(self, observations):
        o = observations
        request = child(o.keys, self.state)
        for column in (o.at, *o.features.T):
            request = child(request, np.ascontiguousarray(column).view(np.uint64))
        request = child(child(request, o.user), o.visit)
        items = child(o.size, o.catalogue.ids)
        for column in o.catalogue.features.T:
            items = child(items, np.ascontiguousarray(column).view(np.uint64))
        noise = [uniform(child(request[:, None], items), lane) for lane in range(3)]
        slate = best(noise[0], o.size)
        rows = np.arange(len(slate))[:, None]
        return Slates(o.catalogue.ids[slate], noise[1][rows, slate], noise[2][rows, slate])


class Whim(Scheduled):
    """A cadence that trains or not by a hash of what matured since the last look."""

    def wants(self, matured):
        return digest(matured) % 2 == 0
