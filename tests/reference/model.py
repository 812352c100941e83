"""The world as processes: one per user, one for the catalogue; one request at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.draws import Stream, child, exponential, normal, root, uniform
from sim.laws import Pace
from sim.pipeline.clock import Clock, Priority
from sim.ports import Catalogue, Observations, Slates, Space, cross
from tests.reference import choices
from tests.reference.choices._shared import sigmoid
from tests.reference.context import Context
from tests.reference.groups import group_of, offset
from tests.reference.incidents import disturb
from tests.reference.items import Items, logit
from tests.reference.leaving import Patience
from tests.reference.platform import Platform
from tests.reference.recent import Recent
from tests.reference.reversals import reversal
from tests.reference.settle import settle, settle_conversion, status
from tests.reference.taste import Path, Taste
from tests.reference.values import Values
from tests.reference.visits import Calendar

NOBODY = 2**62  # lane of the noise of choosing nothing


class Trace(NamedTuple):
    """The tables of a run, with what the scores need besides.

    ``requests`` has the further columns ``gap`` (best less random slate), ``lag`` (what is trained and has not reached
    the user), ``replica``, and what is expected of a random item: ``random_predicted random_probability
    random_worth``;
    ``impressions`` has ``rank``, its place among the log's entries (-1: none by the horizon), and
    ``learnt_by``, the first version that was handed the label it settles to (-1: none).
    """

    requests: pd.DataFrame
    impressions: pd.DataFrame
    versions: pd.DataFrame
    training_time: float
    merged: int
    untested: int
    arrived_at: list[float]


class Naive:
    """The world and those who serve it: one agent, or several, each for a share of the users.

    ``split`` are their shares; ``shared`` says whether each is told of all requests, or of its users' only.
    """

    def __init__(self, scenario, agents, seed, replication, split=(1.0,), shared=False):
        self.split, self.shared = split, shared
        self.scenario, self.seed, self.replication = scenario, seed, replication
        self.clock = Clock()  # SimPy's own timeouts are delays: now + (at - now) need not be at
        self.items = Items(scenario, seed, replication)
        users, dim = scenario.users, scenario.users.preferences.dim
        trend = Path(users.trend, dim, root(seed, replication, Stream.TREND)) if dim and users.trend.spread else None
        self.trend = trend
        self.tastes, self.own, self.groups, self.arrived_at = [], [], [], []
        spreads = [users.preferences.spread, users.trend.spread, users.drift.spread]
        if users.tastes is not None:
            spreads[0] = float(np.sqrt(np.mean(users.tastes.values.var(axis=0))))
        self.spreads, self.scale = spreads, float(np.sqrt(sum(s * s for s in spreads)))
        for user in range(users.count):
            self.meet(user, 0.0)
        self.context = Context(scenario, seed, replication)
        recent = dim if users.observed.recent else 0
        width, count = len(self.tastes[0].features) + self.context.of(0.0, 0)[1] + recent, self.items.count
        turnover = bool(scenario.items.redrawn or self.items.changes(self.clock))
        for part in (part for agent in agents for part in (agent.learner, agent.correction)):
            if hasattr(part, "begin"):
                part.begin(Space(users.count, width, count, dim, scenario.slate.size, turnover))
        self.platforms = [
            Platform(self.clock, scenario, agent, width, self.items, seed, replication) for agent in agents
        ]
        self.requests, self.values = [], Values(scenario, seed, replication)
        for process in self.items.changes(self.clock):
            self.clock.process(process)
        for user in range(users.count):
            self.clock.process(self.live(user))
        if users.arrivals is not None:
            self.clock.process(self.arrive(users.arrivals.rate))

    def variant(self, user):
        """Return which agent serves a user."""
        draw, upto = float(uniform(root(self.seed, self.replication, Stream.VARIANT), user)), 0.0
        for number, share in enumerate(self.split[:-1]):
            upto += share
            if draw < upto:
                return number
        return len(self.split) - 1

    def meet(self, user, at):
        """Draw what a user is who is there from now on."""
        self.arrived_at.append(at)
        scenario, seed, replication = self.scenario, self.seed, self.replication
        self.tastes.append(Taste(scenario, seed, replication, user, self.trend))
        own = child(root(seed, replication, Stream.CONVERSION_TASTE), user)
        self.own.append(normal(own, np.arange(scenario.users.preferences.dim)))
        self.groups.append(group_of(scenario, seed, replication, user)[0])

    def arrive(self, rate):
        """Let new users arrive, one after another."""
        key, at = root(self.seed, self.replication, Stream.ARRIVAL), 0.0
        for number in range(10**9):
            at += float(exponential(key, number)) / rate
            if at > self.scenario.horizon:
                return
            yield self.clock.at(at, Priority.WORLD)
            self.meet(len(self.tastes), at)
            self.clock.process(self.live(len(self.tastes) - 1, at))

    def live(self, user, arrived_at=0.0):
        """One user's life: wait for the next visit, look, answer, and be changed by it."""
        users, dim = self.scenario.users, self.scenario.users.preferences.dim
        calendar = Calendar(self.scenario, self.seed, self.replication, user, arrived_at)
        satiates, recent = dim > 0 and users.satiation.strength > 0, Recent(self.scenario)
        visit, last_at, satisfaction, satiation = 0, arrived_at, 0.0, np.zeros(dim)
        patience = Patience(self.scenario, self.seed, self.replication, user, arrived_at)
        while (at := calendar.next(visit, satisfaction)) <= self.scenario.horizon:
            if patience.ends(at, satisfaction):
                return
            yield self.clock.at(at, Priority.REQUEST)
            numbers, seen = self.context.of(at, calendar.key(visit))
            taste = self.context.moved(self.tastes[user].at(at), numbers)
            features = np.array([*self.tastes[user].features, *list(numbers.values())[:seen], *recent.at(at)])
            if satiates:
                satiation = satiation * np.exp2(-(at - last_at) / users.satiation.half_life)
            sated = satiation if satiates else None
            key = calendar.key(visit)
            shown, rows = self.request(user, visit, key, features, taste, sated, (calendar.stretch, satisfaction))
            for item in (item for item, row in zip(shown, rows, strict=True) if row["clicked"]):
                if (logged_at := self.click_logged_at(user, key, item["id"])) is not None:
                    recent.click(at, item["features"], logged_at)
            if satiates:
                total = shown[0]["features"]
                for item in shown[1:]:
                    total = total + item["features"]
                satiation = satiation + users.satiation.strength * (total / len(shown))
            if users.satisfaction.return_effect or users.satisfaction.value_effect or patience.effect:
                kept = np.exp2(-(at - last_at) / users.satisfaction.half_life)
                satisfaction = kept * satisfaction + (1.0 - kept) * self.values.pleased(shown, rows)
            visit, last_at = visit + 1, at

    def request(self, user, visit, key, observed, taste, satiation, mood):
        weight, satisfaction = mood
        scenario, alive = self.scenario, self.items.met(user, visit, self.clock.now)
        choice = scenario.slate.choice
        features = np.array([item["features"] for item in alive]).reshape(len(alive), -1)
        utility = self.utilities(user, taste, satiation, features, alive)
        rate = self.conversion_rates(user, taste, features)
        factor = self.values.factors([item["id"] for item in alive], features, taste, satisfaction)
        slow = self.groups[user].delay
        value = self.click_values(rate, factor, slow)
        best, highest, mean = choices.judge(choice, utility, value, scenario.slate.size)
        ids = [item["id"] for item in alive]
        random = min(int(uniform(child(key, int(Stream.RANDOM_ITEM)), 0) * len(ids)), len(ids) - 1)
        catalogue = Catalogue(np.array(ids), features, np.array([item["born"] for item in alive]))
        variant = self.variant(user)
        platform = self.platforms[variant]
        version = platform.answering(user)
        asked = self.observations(user, visit, key, observed, catalogue, [ids[p] for p in best], version)
        slate, said, guess = self.ask(version, asked, ids[random])

        def worth(places):
            return choices.expected(choice, [utility[p] for p in places], [value[p] for p in places])

        places = [ids.index(item) for item in slate]
        noise = child(key, int(Stream.OUTCOME))
        keys, nobody = [child(noise, item) for item in slate], child(noise, NOBODY)
        clicked = choices.clicks(choice, [utility[p] for p in places], keys, nobody)
        rows = [self.settle(user, key, i, c, rate[p]) for i, c, p in zip(slate, clicked, places, strict=True)]
        for row, item, p in zip(rows, slate, places, strict=True):
            row.update(self.values.of(row, key, item, factor[p], slow))
        if not choices.of(choice).SHORT_FORM:  # no short form: one random slate stands for all
            order = sorted(range(len(ids)), key=lambda p: uniform(child(key, int(Stream.UNIFORM_SLATE)), ids[p]))
            mean = worth(order[: scenario.slate.size])
        place = {"request_at": self.clock.now, "user": user, "visit": visit}
        row = place | {"version": version["version"], "expected_reward": worth(places)}
        row["reward"] = sum(r["value"] for r in rows)
        row |= {"regret": highest - row["expected_reward"], "gap": highest - mean, "lag": platform.lag(version)}
        row |= {"weight": weight, "replica": platform.routes.replica(user), "variant": variant}
        alone = choices.probabilities(choice, [utility[random]], [rate[random]])[0]
        row["random_worth"] = self.values.mean(factor[random], slow)
        self.requests.append(row | {"random_predicted": guess, "random_probability": alone})
        chances = choices.probabilities(choice, [utility[p] for p in places], [rate[p] for p in places])
        for position, settled in enumerate(rows):
            where = {"position": position, "item": slate[position], "rank": -1, "known": False, "learnt_by": -1}
            where["taken_back"] = False
            where |= {"probability": chances[position], "features": observed}
            for number, told in enumerate(self.platforms):
                if self.shared or number == variant:
                    told.serve(place | where | said[position] | settled | {"own": number == variant})
        return [alive[p] for p in places], rows

    def utilities(self, user, taste, satiation, features, alive):
        """Return the utility of each item alive, and note how much it is liked."""
        liked = np.array([item["offset"] for item in alive]) + cross(taste[None, :], features)[0]
        sated = [0.0] * len(alive) if satiation is None else cross(satiation[None, :], features)[0]
        self.liked = self.liking(taste, features, alive)
        liked = liked + offset(self.scenario, self.groups[user])
        utility = [u - max(0.0, s) for u, s in zip(liked, sated, strict=True)]
        if self.scenario.slate.link == "identity":
            utility = [logit(np.array(min(max(u, 0.0), 1.0))) for u in utility]
        return utility

    def liking(self, taste, features, alive):
        """Return how much a user likes each item alive, in standard deviations, by item."""
        scale = float(np.sqrt(sum(s * s for s in (self.scenario.items.popularity, *self.spreads))))
        popularity = np.array([item["popularity"] for item in alive])
        z = (cross(taste[None, :], features)[0] + popularity) / (scale or 1.0)
        return dict(zip((item["id"] for item in alive), z, strict=True))

    def conversion_rates(self, user, taste, features):
        """Return the worth of a click on each item alive, None where it is 1."""
        conversion = self.scenario.feedback.conversion
        if self.scenario.feedback.learn_from == "click":
            return [None] * len(features)
        agrees = conversion.agrees_with_click
        direction = np.sqrt(1.0 - agrees * agrees) * self.own[user]
        if agrees:
            direction = direction + (agrees / self.scale) * taste
        own = cross((conversion.spread * direction)[None, :], features)[0]
        return list(sigmoid(logit(np.array(conversion.rate)) + own))

    def click_values(self, rate, factor, slow):
        """Return the expected value of a click on each item alive, None where it is 1."""
        if not self.values.on:
            return rate
        means = [self.values.mean(f, slow) for f in factor]
        return [mean if r is None else r * mean for r, mean in zip(rate, means, strict=True)]

    def observations(self, user, visit, key, observed, catalogue, best, version):
        """Return a request as the policy sees it."""
        return Observations(
            at=np.array([self.clock.now]),
            user=np.array([user]),
            visit=np.array([visit]),
            features=observed[None, :],
            catalogue=catalogue,
            size=self.scenario.slate.size,
            keys=child(np.array([key]), int(Stream.POLICY)),
            best=np.array([best]) if getattr(version["policy"], "needs_truth", False) else None,
        )

    def ask(self, version, observations, random):
        """Return a version's slate, what it says of each place in it, and of a random item."""
        size = self.scenario.slate.size
        slates = version["policy"].act(observations)
        slates = slates if isinstance(slates, Slates) else Slates(np.asarray(slates))

        def said(column, k):
            return float("nan") if column is None else float(column[0, k])

        parts = {"propensity": slates.propensity, "predicted": slates.predicted}
        told = [{name: said(column, k) for name, column in parts.items()} for k in range(size)]
        predict = getattr(version["policy"], "predict", None)
        guess = float("nan") if predict is None else float(predict(observations, np.array([random]))[0])
        return [int(i) for i in slates.items[0]], told, guess

    def settle(self, user, key, item, clicked, value):
        """Return what becomes of one impression."""
        scenario, now = self.scenario, self.clock.now
        feedback = scenario.feedback

        def own(stream):
            return child(child(key, int(stream)), item)

        ingest, pace = self.ingest(key, item), self.pace(user, item)
        if feedback.learn_from == "click":
            outcome, fate = clicked, settle(feedback.click, now, clicked, own(Stream.DELAY), ingest, pace)
        else:
            outcome = clicked and bool(uniform(own(Stream.CONVERSION), 0) < value)
            delays = own(Stream.DELAY), own(Stream.CONVERSION_DELAY)
            fate = settle_conversion(feedback.click, feedback.conversion, clicked, outcome, delays, now, ingest, pace)
        event, delivered, _, credited = fate
        keys = own(Stream.REVERSAL), own(Stream.REVERSAL_DELAY)
        back = reversal(self.values.reversal, keys, outcome, event, delivered, credited, ingest, pace)
        told = {"clicked": clicked, "outcome": int(outcome), "reversed": back[0]}
        told["click_logged_at"] = (self.click_logged_at(user, key, item) if clicked else None) or np.inf
        return told | disturb(scenario, fate, own, back[1])

    def ingest(self, key, item):
        """Return how long an impression's entries take from delivery to the log."""
        key = child(child(key, int(Stream.INGEST)), item)
        return float(self.scenario.platform.ingest.duration(np.array([key]), np.array([self.clock.now]))[0])

    def pace(self, user, item):
        """Return how slow the feedback of a user is on an item shown now."""
        return Pace(np.array([self.groups[user].delay]), np.array([self.liked[item]]))

    def click_logged_at(self, user, key, item):
        """Return when the log has the click on an item shown now, None for never."""

        def own(stream):
            return child(child(key, int(stream)), item)

        click, ingest = self.scenario.feedback.click, self.ingest(key, item)
        fate = settle(click, self.clock.now, True, own(Stream.DELAY), ingest, self.pace(user, item))
        fate = disturb(self.scenario, fate, own)
        return fate["delivered_at"] if fate["credited"] else None


def simulate_naively(scenario, agent, seed=0, replication=0):
    """Return the `Trace` of one replication."""
    (trace,) = traces(Naive(scenario, [agent.fresh()], seed, replication))
    return trace


def simulate_variants_naively(scenario, agents, split, shared, seed=0, replication=0):
    """Return the `Trace` of each of several agents, of the users that it serves."""
    return traces(Naive(scenario, [agent.fresh() for agent in agents], seed, replication, split, shared))


def traces(model):
    """Let everything happen, and return what each agent leaves."""
    model.clock.run_through(model.scenario.horizon)
    return [trace_of(model, variant, platform) for variant, platform in enumerate(model.platforms)]


def trace_of(model, variant, platform):
    horizon = model.scenario.horizon
    requests = [row for row in model.requests if row["variant"] == variant]
    requests = pd.DataFrame(sorted(requests, key=lambda r: (r["request_at"], r["user"], r["visit"])))
    own = [i for i in platform.served if i["own"]]
    rows = sorted(own, key=lambda i: (i["request_at"], i["user"], i["visit"], i["position"]))
    impressions = pd.DataFrame(rows)
    if rows:
        impressions["status"] = [status(horizon, i) for i in rows]
        impressions["feedback_at"] = impressions.event_at.where(np.isfinite(impressions.event_at))
        impressions["delivered_at"] = impressions.delivered_at.where(impressions.delivered_at <= horizon)
    versions = pd.DataFrame(platform.versions).drop(columns="policy")
    arrived_at = [at for user, at in enumerate(model.arrived_at) if model.variant(user) == variant]
    return Trace(
        requests, impressions, versions, platform.training_time, platform.merged, platform.untested, arrived_at
    )
