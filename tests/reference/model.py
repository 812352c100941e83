"""The world as processes: one per user, one for the catalogue."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.draws import Stream, child, exponential, normal, root, uniform
from sim.pipeline.clock import Clock, Priority
from sim.ports import Catalogue, Observations, Slates, Space, cross
from sim.world.visits import DailyCycle
from tests.reference import choice as choices
from tests.reference.platform import Platform
from tests.reference.settle import settle, settle_conversion, status
from tests.reference.taste import Path, Taste

NOBODY = 2**62


def logit(p):
    with np.errstate(divide="ignore"):
        return np.log(p) - np.log1p(-p)


class Items:
    """Items as records; what lives is a list of them in order of id."""

    def __init__(self, scenario, seed, replication):
        self.scenario, self.dim = scenario, scenario.users.preferences.dim
        names = (Stream.ITEM_FEATURE, Stream.ITEM_POPULARITY, Stream.ITEM_LIFETIME)
        self.keys = {s: root(seed, replication, s) for s in names}
        self.all = []
        self.alive = [self.bear(0.0) for _ in range(scenario.items.count)]

    def bear(self, now):
        items, number = self.scenario.items, len(self.all)
        lanes = number * self.dim + np.arange(self.dim)
        features = (1.0 / np.sqrt(max(self.dim, 1))) * normal(self.keys[Stream.ITEM_FEATURE], lanes)
        if items.click_rates is None:
            popularity = items.popularity * normal(self.keys[Stream.ITEM_POPULARITY], number)
            offset = logit(np.array(items.click_rate)) + popularity
        else:
            offset = logit(np.array(items.click_rates[number]))
        life = (
            np.inf if items.lifetime is None else items.lifetime * exponential(self.keys[Stream.ITEM_LIFETIME], number)
        )
        item = {"id": number, "features": features, "offset": offset, "ends": now + float(life)}
        self.all.append(item)
        return item

    def turnover(self, clock):
        while (at := min(item["ends"] for item in self.alive)) <= self.scenario.horizon:
            yield clock.at(at, Priority.WORLD)
            stay = [item for item in self.alive if item["ends"] > at]
            self.alive = stay + [self.bear(at) for _ in range(len(self.alive) - len(stay))]

    def features_of(self, ids):
        return np.array([self.all[i]["features"] for i in ids]).reshape(len(ids), self.dim)


class Naive:
    def __init__(self, scenario, agent, seed, replication):
        self.scenario, self.clock = scenario, Clock()
        self.items = Items(scenario, seed, replication)
        users, dim = scenario.users, scenario.users.preferences.dim
        trend = Path(users.trend, dim, root(seed, replication, Stream.TREND)) if dim and users.trend.spread else None
        self.tastes = [Taste(scenario, seed, replication, u, trend) for u in range(users.count)]
        self.visit_root = root(seed, replication, Stream.VISIT)
        conversion = root(seed, replication, Stream.CONVERSION_TASTE)
        self.own = [normal(child(conversion, u), np.arange(dim)) for u in range(users.count)]
        spreads = (users.preferences.spread, users.trend.spread, users.drift.spread)
        self.scale = float(np.sqrt(sum(s * s for s in spreads)))
        self.cycle = DailyCycle(users.visits.daily_peak, users.visits.daily_swing)
        if hasattr(agent.learner, "begin"):
            width = len(self.tastes[0].features)
            turnover = scenario.items.lifetime is not None
            agent.learner.begin(Space(users.count, width, scenario.items.count, dim, scenario.slate.size, turnover))
        self.platform = Platform(self.clock, scenario, agent, self.features, seed, replication)
        self.requests = []
        if scenario.items.lifetime is not None:
            self.clock.process(self.items.turnover(self.clock))
        for user in range(users.count):
            self.clock.process(self.live(user))

    def features(self, users, items):
        width = len(self.tastes[0].features)
        return np.array([self.tastes[u].features for u in users]).reshape(len(users), width), self.items.features_of(
            items
        )

    def live(self, user):
        """One user's life: wait for the next visit, look, answer, and be changed by it."""
        users, dim = self.scenario.users, self.scenario.users.preferences.dim
        visits, satiates = users.visits, dim > 0 and users.satiation.strength > 0
        visit, tau, last_at, satisfaction, satiation = 0, 0.0, 0.0, 0.0, np.zeros(dim)
        while True:
            key = child(child(self.visit_root, user), visit)
            if visits.rate is None:
                at = visits.every * (visit + 1 + user / users.count)
            else:
                gap = exponential(child(key, int(Stream.GAP)), 0)
                if users.satisfaction.return_effect:
                    gap = gap * np.exp(-users.satisfaction.return_effect * satisfaction)
                tau = tau + float(gap)
                at = float(self.cycle.inverse(np.array([tau / visits.rate]))[0])
            if at > self.scenario.horizon:
                return
            yield self.clock.at(at, Priority.REQUEST)
            taste = self.tastes[user].at(at)
            if satiates:
                satiation = satiation * np.exp2(-(at - last_at) / users.satiation.half_life)
            shown, clicked = self.request(user, visit, key, taste, taste - satiation if satiates else taste)
            if satiates:
                total = shown[0]["features"]
                for item in shown[1:]:
                    total = total + item["features"]
                satiation = satiation + users.satiation.strength * (total / len(shown))
            if users.satisfaction.return_effect:
                kept = np.exp2(-(at - last_at) / users.satisfaction.half_life)
                satisfaction = kept * satisfaction + (1.0 - kept) * (1.0 if any(clicked) else -1.0)
            visit, last_at = visit + 1, at

    def request(self, user, visit, key, taste, appetite):
        scenario, now, alive = self.scenario, self.clock.now, self.items.alive
        features = np.array([item["features"] for item in alive]).reshape(len(alive), -1)
        utility = np.array([item["offset"] for item in alive]) + cross(appetite[None, :], features)[0]
        value = self.conversion_rates(user, taste, features)
        best = choices.best(scenario.slate.choice, utility, value, scenario.slate.size)
        ids = np.array([item["id"] for item in alive])
        version, slates = self.ask(user, visit, key, Catalogue(ids, features), ids[best])
        places = [int(np.flatnonzero(ids == i)[0]) for i in slates.items[0]]
        shown = [alive[p] for p in places]
        shown_utility, shown_value = [utility[p] for p in places], [value[p] for p in places]
        noise = child(key, int(Stream.OUTCOME))
        item_noise = [child(noise, item["id"]) for item in shown]
        clicked = choices.clicks(scenario.slate.choice, shown_utility, item_noise, child(noise, NOBODY))
        worth = choices.expected(scenario.slate.choice, shown_utility, shown_value)
        highest = choices.expected(scenario.slate.choice, [utility[p] for p in best], [value[p] for p in best])
        row = {"request_at": now, "user": user, "visit": visit, "version": version["version"], "expected_reward": worth}
        row |= {"regret": highest - worth, "lag": self.platform.in_flight, "reward": 0.0}
        self.requests.append(row)
        for position, item in enumerate(shown):
            impression = self.settle(key, item["id"], clicked[position], shown_value[position])
            said = {
                name: float("nan") if column is None else float(column[0, position])
                for name, column in (("propensity", slates.propensity), ("predicted", slates.predicted))
            }
            place = {"request_at": now, "user": user, "visit": visit, "position": position, "item": item["id"]}
            row["reward"] += impression["outcome"]
            self.platform.serve(place | said | impression | {"known": False})
        return shown, clicked

    def conversion_rates(self, user, taste, features):
        feedback = self.scenario.feedback
        if feedback.learn_from == "click":
            return [None] * len(features)
        conversion = feedback.conversion
        agrees = conversion.agrees_with_click
        direction = np.sqrt(1.0 - agrees * agrees) * self.own[user]
        if agrees:
            direction = direction + (agrees / self.scale) * taste
        return list(
            choices.sigmoid(
                logit(np.array(conversion.rate)) + cross((conversion.spread * direction)[None, :], features)[0]
            )
        )

    def ask(self, user, visit, key, catalogue, best):
        version = self.platform.serving
        observations = Observations(
            at=np.array([self.clock.now]),
            user=np.array([user]),
            visit=np.array([visit]),
            features=self.tastes[user].features[None, :],
            catalogue=catalogue,
            size=self.scenario.slate.size,
            keys=child(np.array([key]), int(Stream.POLICY)),
            best=best[None, :] if getattr(version["policy"], "needs_truth", False) else None,
        )
        said = version["policy"].act(observations)
        return version, said if isinstance(said, Slates) else Slates(np.asarray(said))

    def settle(self, key, item, clicked, value):
        scenario, now = self.scenario, self.clock.now
        feedback = scenario.feedback

        def own(stream):
            return child(child(key, int(stream)), item)

        ingest = float(scenario.platform.ingest.duration(np.array([own(Stream.INGEST)]), np.array([now]))[0])
        if feedback.learn_from == "click":
            outcome, fate = clicked, settle(feedback.click, now, clicked, own(Stream.DELAY), ingest)
        else:
            outcome = clicked and bool(uniform(own(Stream.CONVERSION), 0) < value)
            delays = own(Stream.DELAY), own(Stream.CONVERSION_DELAY)
            fate = settle_conversion(feedback.click, feedback.conversion, clicked, outcome, delays, now, ingest)
        event, delivered, closes, credited = fate
        return {
            "outcome": int(outcome),
            "event_at": event,
            "delivered_at": delivered,
            "closes_at": closes,
            "credited": credited,
        }


def simulate_naively(scenario, agent, seed=0, replication=0):
    """Return the frames ``requests``, ``impressions`` and ``versions`` of one replication."""
    model = Naive(scenario, agent.fresh(), seed, replication)
    model.clock.run_through(scenario.horizon)
    horizon = scenario.horizon
    requests = pd.DataFrame(sorted(model.requests, key=lambda r: (r["request_at"], r["user"], r["visit"])))
    rows = sorted(model.platform.served, key=lambda i: (i["request_at"], i["user"], i["visit"], i["position"]))
    impressions = pd.DataFrame(rows)
    if rows:
        impressions["status"] = [status(horizon, i["outcome"], i["delivered_at"], i["credited"]) for i in rows]
        impressions["feedback_at"] = impressions.event_at.where(np.isfinite(impressions.event_at))
        impressions["delivered_at"] = impressions.delivered_at.where(impressions.delivered_at <= horizon)
    versions = pd.DataFrame(model.platform.versions).drop(columns="policy")
    return requests, impressions, versions
