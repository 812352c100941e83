"""Log, trainer and push as plain processes: a process per feedback, per training and per push."""

from __future__ import annotations

from inspect import signature
from math import fsum

import numpy as np
import simpy

from sim.draws import Stream, child, root
from sim.pipeline.clock import Priority
from sim.ports import Examples, Experience, Impressions, News, per_second
from tests.reference.gate import loss
from tests.reference.incidents import of_kind, out_of
from tests.reference.instants import plus, times
from tests.reference.serving import Serving

PENDING_AGE = 30 * 86400  # seconds that an agent is told of what is pending
LATER = 8  # after the requests of the same instant
CHECKS = {Priority.FEEDBACK: 3.5, LATER: 8.5}  # once all feedback of an instant and round is in


class Platform:
    def __init__(self, clock, scenario, agent, width, items, seed, replication):
        self.clock, self.scenario, self.agent = clock, scenario, agent
        self.width, self.items = width, items
        self.roots = {s: root(seed, replication, s) for s in (Stream.TRAINING, Stream.PUSH, Stream.VISIT)}
        self.trainer, self.waiting = simpy.Resource(clock, capacity=1), False
        self.served, self.known, self.back = [], [], []
        self.read_served = self.read_known = self.read_back = self.seen_known = self.triggered = 0
        self.checks = set()
        first = {"version": 0, "cutoff_at": 0.0, "trained_at": 0.0, "live_at": 0.0, "retired_at": None, "examples": 0}
        self.versions = [first | {"learnt": 0, "status": "live", "policy": agent.learner.policy()}]
        self.serving, self.switches = self.versions[0], [(0.0, self.versions[0], "all")]
        self.candidate, self.queued, self.newest, self.untested = None, None, 0, 0
        self.routes = Serving(scenario, agent.ship, seed, replication)
        self.in_flight, self.training_time, self.merged, self.handed = 0, 0.0, 0, 0
        self.before = []
        if agent.ship != "in_place":
            for incident in of_kind(self.scenario, "rollback"):
                clock.process(self.roll_back(incident.at))
        if agent.cadence.feedbacks is None:
            clock.process(self.looks())

    def serve(self, impression):
        """Log an impression that was shown now, and let its feedback come."""
        self.served.append(impression)
        if np.isfinite(impression["delivered_at"]):
            self.clock.process(self.feedback(impression))
        if np.isfinite(impression["reversed_at"]):
            self.clock.process(self.reversal(impression))

    def feedback(self, impression):
        at = impression["delivered_at"]
        level = Priority.FEEDBACK if at > self.clock.now else LATER
        yield self.clock.at(at, level)
        impression["known"], impression["rank"] = True, len(self.known)
        self.known.append(impression)
        yield from self.once(at, level)

    def reversal(self, impression):
        at = impression["reversed_at"]
        level = Priority.FEEDBACK if at > self.clock.now else LATER
        yield self.clock.at(at, level)
        impression["taken_back"] = True
        self.back.append(impression)
        yield from self.once(at, level)

    def once(self, at, level):
        """Check once when all entries of an instant and round are in."""
        if (at, level) not in self.checks:
            self.checks.add((at, level))
            yield self.clock.at(at, CHECKS[level])
            self.check()

    def check(self):
        every = self.agent.cadence.feedbacks
        if every is not None and self.entries // every > self.triggered:
            self.triggered = self.entries // every
            self.trigger()

    @property
    def entries(self):
        return len(self.known) + len(self.back)

    def looks(self):
        cadence = self.agent.cadence
        at = cadence.next(0.0)
        while at <= self.scenario.horizon:
            yield self.clock.at(at, Priority.TRIGGER)
            new, self.seen_known = self.known[self.seen_known :], len(self.known)
            if cadence.wants(self.frame(in_log_order(new))):
                self.trigger(cadence.refits(at) if hasattr(cadence, "refits") else None)
            at = cadence.next(at)

    def trigger(self, refit=None):
        refit = self.agent.cadence.refit_window is not None if refit is None else refit
        if self.agent.ship == "in_place":
            version, duration = self.train(refit)
            self.training_time += duration
            version["trained_at"] = self.clock.now
            self.go_live(version)
        elif not self.waiting:
            self.waiting, self.refit = True, refit
            self.clock.process(self.training())
        else:
            self.merged += 1
            self.refit = self.refit or refit

    def training(self):
        with self.trainer.request() as turn:
            yield turn
            if self.clock.now < (up := out_of(of_kind(self.scenario, "trainer_down"), self.clock.now)):
                yield self.clock.at(up, Priority.TRAINED)
            self.waiting = False
            start = self.clock.now
            version, duration = self.train(self.refit)
            self.training_time += min(duration, self.scenario.horizon - start)
            fixed, examples = self.scenario.platform.training.fixed, self.charged
            over = self.over(Stream.TRAINING, fixed, version["version"])
            yield self.clock.at(
                plus(over, times(self.scenario.platform.training.per_example, examples)), Priority.TRAINED
            )
            version["trained_at"] = self.clock.now
        self.in_flight += 1
        version["status"] = "pushing"
        if (gate := self.scenario.platform.gate) is not None:
            yield self.clock.at(plus(self.clock.now, gate.lasts), Priority.TRAINED)
            if self.is_worse(version, gate):
                self.in_flight -= 1
                version["status"] = "rejected"
                return
        arrival = self.over(Stream.PUSH, self.scenario.platform.push, version["version"])
        yield self.clock.at(out_of(of_kind(self.scenario, "push_stuck"), arrival), Priority.PUSH)
        self.arrive(version)

    def arrive(self, version):
        """Take a version whose push is over."""
        if version["version"] < self.newest:
            self.supersede(version)
        elif self.scenario.platform.canary is None:
            self.in_flight -= 1
            self.go_live(version)
        elif self.candidate is None:
            self.clock.process(self.trial(version))
        else:
            if self.queued is not None:
                older, version = sorted([self.queued, version], key=lambda v: v["version"])
                self.supersede(older)
            self.queued, version["status"] = version, "waiting"

    def supersede(self, version):
        self.in_flight -= 1
        version["status"] = "superseded"

    def go_live(self, version, whom="all"):
        now = self.clock.now
        self.before.append(self.serving)
        self.serving["retired_at"], self.serving["status"] = now, "retired"
        version["live_at"], version["status"] = now if version["live_at"] is None else version["live_at"], "live"
        self.serving, self.newest = version, max(self.newest, version["version"])
        self.switches.append((now, version, whom))

    def trial(self, version):
        """Let some users try a version, then the rest have it, or nobody."""
        self.in_flight -= 1
        self.candidate, self.newest = version, version["version"]
        version["live_at"], version["status"] = self.clock.now, "canary"
        self.switches.append((self.clock.now, version, "canary"))
        first = len(self.served)
        yield self.clock.at(plus(self.clock.now, self.scenario.platform.canary.lasts), Priority.TRAINED)
        if self.candidate is not version:
            return  # taken back meanwhile
        verdict = self.routes.canary.verdict([i for i in self.served[first:] if i["own"]])
        self.candidate = None
        self.untested += verdict == "untested"
        if verdict == "rolled_back":
            self.take_back(version, self.serving, "canary")
        else:
            self.go_live(version, "rest")
        self.next_trial()

    def next_trial(self):
        if self.queued is not None:
            following, self.queued = self.queued, None
            self.clock.process(self.trial(following))

    def take_back(self, version, other, whom):
        version["status"], version["retired_at"] = "rolled_back", self.clock.now
        self.switches.append((self.clock.now, other, whom))

    def roll_back(self, at):
        yield self.clock.at(at, Priority.WORLD)
        if self.candidate is not None:
            version, self.candidate = self.candidate, None
            self.take_back(version, self.serving, "canary")
            self.next_trial()
        elif self.before:
            older = self.before.pop()
            self.take_back(self.serving, older, "all")
            older["status"], older["retired_at"] = "live", None
            self.serving = older

    def answering(self, user):
        """Return the version that answers a user now."""
        return self.routes.version(user, self.clock.now, self.switches)

    def lag(self, version):
        """Count what is trained and has not reached those whom a version answers."""
        lives = [v for v in self.versions if v["live_at"] is not None and v["status"] != "rolled_back"]
        return self.in_flight + sum(v["version"] > version["version"] for v in lives) * self.routes.on

    def is_worse(self, version, gate):
        """Say whether a version is worse than the live one, by what came after its cutoff."""
        rows = [i for i in in_order(self.known) if version["cutoff_at"] < i["delivered_at"] <= self.clock.now]
        visits = self.roots[Stream.VISIT]
        pairs = [[loss(one, row, self.scenario, self.items, visits) for one in (version, self.serving)] for row in rows]
        pairs = [pair for pair in pairs if None not in pair]
        if len(pairs) < gate.least:
            self.untested += 1
            return False
        own, live = (fsum(losses) / len(pairs) for losses in zip(*pairs, strict=True))
        return own > live * (1 + gate.margin)

    def train(self, refit):
        now, number = self.clock.now, len(self.versions)
        news = self.news(now, refit)
        examples = usable(self.made(news), self.agent.learner)
        budget = getattr(self.agent.cadence, "budget", None)
        if budget is not None:
            most = int(per_second(budget) * now * (1 + 1e-12)) - self.handed
            newest = np.arange(len(examples))[max(0, len(examples) - most) :]
            examples = Examples(examples.impressions.take(newest), examples.label[newest], examples.weight[newest])
            self.handed += len(newest)
        self.teach(examples, number)
        self.agent.learner.train(Experience(news, examples, self.pending, self.items.oldest(self.clock.now)))
        version = {"version": number, "cutoff_at": now, "trained_at": None, "live_at": None, "retired_at": None}
        version |= {"examples": self.entries, "learnt": sum(i["learnt_by"] >= 0 for i in self.served if i["own"])}
        version |= {"status": "training", "policy": self.agent.learner.policy()}
        self.versions.append(version)
        self.charged = len(news.matured) + len(news.reversed)
        if budget is not None:
            self.charged = min(self.charged, len(examples))
        training = self.scenario.platform.training
        law = {"push": training.fixed, "in_place": training.in_place}[self.agent.ship]
        return version, self.draw(Stream.TRAINING, law, number) + training.per_example * self.charged

    def made(self, news):
        """Return the correction's examples; one that takes a model gets the learner as it is, once it was trained."""
        make, learner = self.agent.correction.examples, self.agent.learner
        if len(signature(make).parameters) < 2:
            return make(news)
        return make(news, learner if hasattr(learner, "predict") and len(self.versions) > 1 else None)

    def teach(self, examples, version):
        """Note of each impression the first version that was handed what it settles to."""
        served = in_order(self.served)
        for row in range(len(examples)):
            impression = served[int(examples.impressions.number[row])]
            right = examples.label[row] == impression["label"] or impression["known"]
            comes = np.isfinite(impression["delivered_at"]) and not impression["lost"]
            if examples.weight[row] > 0 and right and comes and impression["learnt_by"] < 0:
                impression["learnt_by"] = version

    def news(self, now, refit):
        window = self.agent.cadence.refit_window
        served, known = in_order(self.served), in_log_order(self.known)
        read, self.read_served, self.read_known = (self.read_served, self.read_known), len(served), len(known)
        if not refit:
            served, known = served[read[0] :], known[read[1] :]
        else:
            since = plus(now, -window)
            served = [i for i in served if i["request_at"] > since]
            known = [i for i in known if i["closes_at"] > since]
        since = plus(now, -window) if refit else -np.inf
        back = sorted(self.back[self.read_back :], key=lambda i: (i["reversed_at"], *place(i)))
        self.read_back = len(self.back)
        told = [] if refit else [i for i in back if not any(i is new for new in known)]
        before = self.frame(told).replace(label=np.array([i["label"] for i in told], dtype=float))
        goes_on = refit and hasattr(self.agent.cadence, "refits")
        warm = refit and getattr(self.agent.cadence, "warm", False)
        return News(now, refit, self.frame(served), self.frame(known), since, before, goes_on, warm)

    def pending(self):
        since = plus(self.clock.now, -PENDING_AGE)
        return self.frame([i for i in in_order(self.served) if not i["known"] and i["request_at"] > since])

    def frame(self, impressions):
        for number, impression in enumerate(in_order(self.served)):
            impression["number"] = number

        def column(name, kind=np.float64):
            return np.array([i[name] for i in impressions], dtype=kind)

        known = column("known", bool)
        ints = {name: column(name, np.int64) for name in ("number", "user", "visit", "position", "item")}
        observed = np.array([i["features"] for i in impressions]).reshape(len(impressions), self.width)
        columns = {
            "request_at": column("request_at"),
            "propensity": column("propensity"),
            "predicted": column("predicted"),
            "delivered_at": np.where(known, column("delivered_at"), np.inf),
            "closes_at": np.where(known, column("closes_at"), np.inf),
            "label": np.where(known & ~column("taken_back", bool), column("label"), 0.0),
            **self.truth(
                np.where(np.isfinite(column("reversed_at")), 0.0, column("label")),
                np.isfinite(column("delivered_at")) & ~column("lost", bool),
            ),
            "user_features": observed,
            "item_features": self.items.features_of(ints["item"]),
        }
        return Impressions.of(columns | ints)

    def truth(self, label, comes):
        """Return the column that only a correction with needs_truth is told."""
        if not getattr(self.agent.correction, "needs_truth", False):
            return {}
        return {"outcome": np.where(comes, label, np.nan)}

    def over(self, stream, law, number):
        """Return when something is over that starts now and takes a time by a law."""
        key = child(np.array([self.roots[stream]]), number)
        return float(law.course(key, np.array([self.clock.now]))[1][0])

    def draw(self, stream, law, number):
        key = child(np.array([self.roots[stream]]), number)
        return float(law.duration(key, np.array([self.clock.now]))[0])


def in_order(impressions):
    return sorted(impressions, key=place)


def in_log_order(impressions):
    return sorted(impressions, key=lambda i: (i["delivered_at"], i["due_at"], *place(i)))


def place(i):
    return i["request_at"], i["user"], i["visit"], i["position"]


def usable(examples, learner):
    """Return examples less those that a learner cannot take back."""
    if getattr(learner, "retracts", True) or not (examples.weight < 0).any():
        return examples
    keep = examples.weight > 0
    return Examples(examples.impressions.take(keep), examples.label[keep], examples.weight[keep])
