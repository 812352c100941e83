"""Items as records; what lives is a list of them in order of id."""

from __future__ import annotations

import numpy as np

from sim.draws import Stream, exponential, normal, root
from sim.pipeline.clock import Priority


def logit(p):
    with np.errstate(divide="ignore"):
        return np.log(p) - np.log1p(-p)


class Items:
    def __init__(self, scenario, seed, replication):
        self.scenario, self.dim = scenario, scenario.users.preferences.dim
        names = (Stream.ITEM_FEATURE, Stream.ITEM_POPULARITY, Stream.ITEM_LIFETIME, Stream.ITEM_AGE)
        self.keys = {s: root(seed, replication, s) for s in names}
        self.all = []
        count = scenario.items.count or len(scenario.items.click_rates)
        self.alive = [self.bear(0.0) for _ in range(count)]
        if scenario.items.lifetime is not None:
            ages = [scenario.items.lifetime * float(exponential(self.keys[Stream.ITEM_AGE], i)) for i in range(count)]
            for item, age in zip(self.alive, sorted(ages, reverse=True), strict=True):
                item["born"] = -age

    def bear(self, now):
        """Make the next item, born now."""
        items, number = self.scenario.items, len(self.all)
        lanes = number * self.dim + np.arange(self.dim)
        features = (1.0 / np.sqrt(max(self.dim, 1))) * normal(self.keys[Stream.ITEM_FEATURE], lanes)
        if items.click_rates is None:
            popularity = items.popularity * normal(self.keys[Stream.ITEM_POPULARITY], number)
            offset = logit(np.array(items.click_rate)) + popularity
        else:
            offset = logit(np.array(items.click_rates[number]))
        life = np.inf
        if items.lifetime is not None:
            life = items.lifetime * float(exponential(self.keys[Stream.ITEM_LIFETIME], number))
        item = {"id": number, "features": features, "offset": offset, "born": now, "ends": now + life}
        self.all.append(item)
        return item

    def turnover(self, clock):
        """Replace each item when its life ends."""
        while (at := min(item["ends"] for item in self.alive)) <= self.scenario.horizon:
            yield clock.at(at, Priority.WORLD)
            stay = [item for item in self.alive if item["ends"] > at]
            self.alive = stay + [self.bear(at) for _ in range(len(self.alive) - len(stay))]

    def oldest(self):
        return min(item["id"] for item in self.alive)

    def features_of(self, ids):
        return np.array([self.all[i]["features"] for i in ids]).reshape(len(ids), self.dim)
