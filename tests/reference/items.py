"""Items as records; what lives is a list of them in order of id."""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv
from scipy.stats import binom

from sim.draws import Stream, child, exponential, normal, root, uniform
from sim.pipeline.clock import Priority
from tests.reference.instants import times


def logit(p):
    with np.errstate(divide="ignore"):
        return np.log(p) - np.log1p(-p)


def drawn(rows, number, own, key):
    """Return a row of a file: those of the start have one each, later ones a random one."""
    return rows[number if number < own else min(int(uniform(key, number) * len(rows)), len(rows) - 1)]


class Items:
    def __init__(self, scenario, seed, replication):
        self.scenario, self.dim = scenario, scenario.users.preferences.dim
        self.keys = {s: root(seed, replication, s) for s in Stream if s.name.startswith("ITEM_")}
        self.all, self.born = {}, 0
        self.count = scenario.items.count or len(scenario.items.click_rates)
        self.alive = [] if scenario.items.redrawn else [self.bear(0.0) for _ in range(self.count)]
        if scenario.items.lifetime is not None:
            ages = [self.life(Stream.ITEM_AGE, i) for i in range(self.count)]
            for item, age in zip(self.alive, sorted(ages, reverse=True), strict=True):
                item["born"] = -age

    def life(self, stream, number):
        return self.scenario.items.lifetime * float(exponential(self.keys[stream], number))

    def bear(self, now):
        """Make the next item, born now."""
        life = np.inf if self.scenario.items.lifetime is None else self.life(Stream.ITEM_LIFETIME, self.born)
        self.born += 1
        return self.make(self.born - 1, now) | {"ends": now + life}

    def make(self, number, now):
        """Make the item of this number."""
        own = {"id": number, "features": self.features(number), "popularity": self.popularity(number), "born": now}
        item = own | {"offset": self.offset(number)}
        self.all[number] = item
        return item

    def features(self, number):
        if not isinstance(self.scenario.items.features, str):
            return drawn(self.scenario.items.features.values, number, self.count, self.keys[Stream.ITEM_VECTOR])
        lanes = number * self.dim + np.arange(self.dim)
        if self.scenario.items.features == "normal":
            return (1.0 / np.sqrt(max(self.dim, 1))) * normal(self.keys[Stream.ITEM_FEATURE], lanes)
        entries = uniform(self.keys[Stream.ITEM_FEATURE], lanes)
        length = np.sqrt(sum(entry * entry for entry in entries))
        return np.array([entry / length for entry in entries])

    def offset(self, number):
        items = self.scenario.items
        if items.click_rates is not None:
            return logit(np.array(items.click_rates[number]))
        rate, draw = np.array(items.click_rate), uniform(self.keys[Stream.ITEM_CLICK_RATE], number)
        if str(items.click_rate).startswith("beta"):
            rate = betaincinv(items.click_rate.a, items.click_rate.b, draw)
        elif str(items.click_rate).startswith("uniform"):
            rate = items.click_rate.low + (items.click_rate.high - items.click_rate.low) * draw
        return (rate if self.scenario.slate.link == "identity" else logit(rate)) + self.popularity(number)

    def popularity(self, number):
        return self.scenario.items.popularity * normal(self.keys[Stream.ITEM_POPULARITY], number)

    def met(self, user, visit, now):
        """Return what is alive at a request."""
        if not self.scenario.items.redrawn:
            return self.alive
        first = (visit * self.scenario.users.count + user) * self.count
        return [self.make(first + n, now) for n in range(self.count)]

    def changes(self, clock):
        """Return the processes that replace items."""
        items = self.scenario.items
        return [self.retiring(clock)] * (items.lifetime is not None) + [self.turnover(clock)] * (
            items.turnover is not None
        )

    def retiring(self, clock):
        """Replace each item when its life ends."""
        while (at := min(item["ends"] for item in self.alive)) <= self.scenario.horizon:
            yield clock.at(at, Priority.WORLD)
            stay = [item for item in self.alive if item["ends"] > at]
            self.alive = stay + [self.bear(at) for _ in range(len(self.alive) - len(stay))]

    def turnover(self, clock):
        """Refill places that are drawn, instant by instant."""
        turnover, number = self.scenario.items.turnover, 1
        while (at := times(turnover.every, number)) <= self.scenario.horizon:
            yield clock.at(at, Priority.WORLD)
            key = child(self.keys[Stream.ITEM_TURNOVER], number)
            count = int(binom.ppf(uniform(key, 0), int(turnover.every), turnover.rate))
            gone = {int(uniform(key, lane) * self.count) for lane in range(1, count + 1)}
            stay = [item for place, item in enumerate(self.alive) if place not in gone]
            self.alive = stay + [self.bear(at) for _ in gone]
            number += 1

    def oldest(self, now):
        if not self.scenario.items.redrawn:
            return min(item["id"] for item in self.alive)
        every = self.scenario.users.visits.every
        rounds = 0 if every is None else max(0, round(now * 1e6) // round(every * 1e6) - 2)
        return rounds * self.scenario.users.count * self.count

    def features_of(self, ids):
        return np.array([self.all[i]["features"] for i in ids]).reshape(len(ids), self.dim)
