"""Agents that show whatever they were told: a bit that differs anywhere changes what they do next."""

from __future__ import annotations

import hashlib

import numpy as np

from agents.cadences.base import Scheduled
from sim.draws import child, uniform
from sim.ports import Impressions, Slates, best


def digest(*parts):
    """Return 63 bits of numbers, texts, and objects with columns."""
    state = hashlib.blake2b(digest_size=8)
    for part in parts:
        if isinstance(part, Impressions):
            columns = [getattr(part, name) for name in Impressions.names]
        else:
            columns = vars(part).values() if hasattr(part, "__dict__") else [part]
        for column in columns:
            state.update(column.tobytes() if isinstance(column, np.ndarray) else repr(column).encode())
    return int.from_bytes(state.digest()) >> 1


def keys_of(keys, features, *columns):
    """Return keys ``(n,)`` that any bit of features ``(n, p)`` or of further columns changes."""
    bits = np.column_stack([features, *columns]).view(np.uint64)
    return child(keys, np.bitwise_xor.reduce(child(bits, np.arange(bits.shape[1])), axis=1))


class Witness:
    """A learner whose only knowledge is a hash of all that it was ever told, pending labels included."""

    labels = "real"
    warms = True

    def __init__(self):
        self.state = 0

    def begin(self, space):
        self.state = digest(space)

    def train(self, experience):
        news, examples = experience.news, experience.examples
        told = (news.cutoff, news.refit, news.served, news.matured, experience.pending, experience.oldest_item)
        if len(news.reversed):
            told = (*told, news.reversed)
        if experience.warm:
            told = (*told, True)
        self.state = digest(self.state, *told, examples.impressions, examples.label, examples.weight)

    def policy(self):
        return Opinion(self.state)


class Foreteller(Witness):
    """A witness that says what it expects of impressions, of every third that it does not know."""

    def predict(self, impressions):
        keys = child(child(child(self.state, impressions.item), impressions.user), impressions.visit)
        noise = uniform(keys, 0)
        return np.where(noise < 1 / 3, np.nan, noise)


class QuickWitness(Witness):
    """A witness that may learn one by one. Of a single example it takes in what it is told then, of many all.

    Attributes:
        answered: requests that its like have answered one by one.
    """

    answered = 0

    def train(self, experience):
        if len(experience.examples) != 1:
            super().train(experience)
            return
        told, label = experience.examples.impressions, experience.examples.label
        self.learn_one(told.item.item(), told.user_features, label.item(), experience.oldest_item)

    def incremental(self):
        return self

    def learn_one(self, item, user_features, label, oldest_item):
        self.state = digest(self.state, item, user_features, label, oldest_item)

    def act_one(self, observations, row):
        QuickWitness.answered += 1
        slate = self.policy().act(observations.take(slice(row, row + 1)))
        places = np.searchsorted(observations.catalogue.ids, slate.items[0])
        return places.tolist(), slate.propensity[0].tolist(), slate.predicted[0].tolist()

    def predict_one(self, observations, row, place):
        item = observations.catalogue.ids[place : place + 1]
        return self.policy().predict(observations.take(slice(row, row + 1)), item).item()


class Opinion:
    """Ranks by a hash of the state, of all that is observed of a request, and of the item."""

    def __init__(self, state):
        self.state = state

    def act(self, observations):
        o = observations
        items = keys_of(child(o.size, o.catalogue.ids), o.catalogue.features, o.catalogue.born_at)
        both = child(self.request(o)[:, None], items)
        noise = [uniform(both, lane) for lane in range(3)]
        slate = best(noise[0], o.size)
        rows = np.arange(len(slate))[:, None]
        return Slates(o.catalogue.ids[slate], noise[1][rows, slate], noise[2][rows, slate])

    def request(self, o):
        """Return a key of the state and of all that is observed of each request."""
        return keys_of(child(o.keys, self.state), o.features, o.at, o.user, o.visit)

    def predict(self, observations, items):
        """Return noise of the request and the item, a third of it unknown, some beyond 0 and 1."""
        noise = uniform(child(self.request(observations), items), 3)
        return np.where(noise < 1 / 3, np.nan, 1.7 * noise - 0.65)


class Whim(Scheduled):
    """A cadence that trains or not by a hash of what matured since the last look."""

    def wants(self, matured):
        return digest(matured) % 2 == 0
