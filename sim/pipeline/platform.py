"""Cadence, trainer and push, from the log to serving versions."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.draws import Stream
from sim.laws.instants import plus, times
from sim.pipeline.budget import Budget
from sim.pipeline.clock import Clock, Priority
from sim.pipeline.durations import Durations
from sim.pipeline.feedback_trigger import FeedbackTrigger
from sim.pipeline.guard import Guarded
from sim.pipeline.log import Log
from sim.pipeline.releases import Releases
from sim.pipeline.version import Version
from sim.pipeline.versions import Versions
from sim.ports import Experience
from sim.scenario import Scenario
from sim.scenario.incidents import TrainerDown, of_kind
from sim.scenario.periods import Periods
from sim.tuning import Tuning

Process = Generator[simpy.Event, Any, None]
Floats = NDArray[np.float64]


class Platform:
    """The machinery around one agent.

    Args:
        clock: the clock.
        scenario: for the latencies.
        agent: learner, correction, cadence and how it ships; its state changes.
        log: what the system knows.
        seed: the run's seed.
        replication: its replication.
        tidy: called when the log has been read.
        oldest_item: returns the lowest id of the items alive.
        tuning: sizes.

    Attributes:
        versions: all of them.
        feedback: when log entries start trainings.
        durations: how long trainings and pushes take, and what was spent.
        oldest_item: returns the lowest id of the items alive.
        releases: the way of a version from the trainer to the users; None if it serves in place.
        merged: triggers that found another waiting for the trainer, and became one with it.
    """

    def __init__(
        self,
        clock: Clock,
        scenario: Scenario,
        agent: Guarded,
        log: Log,
        seed: int,
        replication: int,
        tidy: Callable[[], None],
        oldest_item: Callable[[], int],
        tuning: Tuning,
    ) -> None:
        self._clock, self._agent, self._log = clock, agent, log
        self._training_time, self._horizon = scenario.platform.training, scenario.horizon
        in_place = agent.ship == "in_place"
        self.durations = Durations(scenario, in_place, seed, replication, tuning.updates_priced)
        self._trainer = simpy.Resource(clock, capacity=1)
        self._down = Periods(of_kind(scenario.incidents, TrainerDown))
        self._waiting = self._refit = False
        self.merged = 0
        self._tidy, self.oldest_item = tidy, oldest_item
        self._budget = Budget(agent.cadence.budget)
        every = agent.cadence.feedbacks
        self.feedback = FeedbackTrigger(clock, log, every, scenario.horizon, self.trigger)
        self.versions = Versions(agent.learner.policy(0.0))
        self.releases: Releases | None = None
        if not in_place:
            self.releases = Releases(clock, scenario, agent, log, seed, replication, self.durations, self.versions)
        if every is None:
            clock.process(self._scheduled_checks())

    def _scheduled_checks(self) -> Process:
        cadence = self._agent.cadence
        at = cadence.next(0.0)
        while at <= self._horizon:
            yield self._clock.at(at, Priority.TRIGGER)
            self._log.read(at)
            if cadence.wants(self._log.poll()):
                self.trigger(refit=cadence.refits())
            self._tidy()
            at = cadence.next(at)

    def trigger(self, *, refit: bool | None = None) -> None:
        """Request a training.

        A trigger that finds another waiting for the trainer merges into it; together they are a refit if either is.

        Args:
            refit: whether it starts over; None: as all trainings of the cadence do.
        """
        if refit is None:
            refit = self._agent.cadence.refit_window is not None
        if self.releases is None:
            self._serve_at_once(*self._train(refit))
        elif not self._waiting:
            self._waiting, self._refit = True, refit
            self._clock.process(self._training(self.releases))
        else:
            self.merged, self._refit = self.merged + 1, self._refit or refit

    def _serve_at_once(self, version: Version, examples: int) -> None:
        """Make a version that was trained in place live now."""
        now = self._clock.now
        self.durations.charge([version.number], [now], [examples])
        self.versions.trained(version.number, now)
        self.versions.arrive(version.number, now)

    def _training(self, releases: Releases) -> Process:
        with self._trainer.request() as turn:
            yield turn
            if (up := self._down.over(self._clock.now)) > self._clock.now:
                yield self._clock.at(up, Priority.TRAINED)  # after new triggers, which merge with the one that waits
            self._waiting = False
            start = self._clock.now
            self._log.read(start)
            version, examples = self._train(self._refit)
            releases.expect(version)
            fixed, over = self.durations.course(Stream.TRAINING, self._training_time.fixed, version.number, start)
            read = times(self._training_time.per_example, examples)
            self.durations.spend(max(0.0, min(fixed + read, self._horizon - start)))
            yield self._clock.at(plus(over, read), Priority.TRAINED)
            self.versions.trained(version.number, self._clock.now)
        self._clock.process(releases.push(version))

    def _train(self, refit: bool) -> tuple[Version, int]:
        """Train a version on the log as it was read.

        Returns it and the number of examples that it is charged for.
        """
        now = self._clock.now
        newly, examples = self._learn(now, refit)
        policy = self._agent.learner.policy(now)
        version = self.versions.start(now, self._log.matured, policy, newly)
        self._tidy()  # when nothing of the log is held here any more
        return version, examples

    def _learn(self, now: float, refit: bool) -> tuple[Floats, int]:
        """Train the learner.

        Returns when what it learnt newly was served, and how many entries were news.
        """
        news = self._agent.news(self._log, now, refit=refit)
        examples, pending = self._agent.examples(news), self._log.pending_at(now)
        examples = self._budget.newest(examples, now) if news.refit else examples
        newly = self._log.teach(examples, now)
        self._agent.learner.train(Experience(news, examples, pending, self.oldest_item()))
        return newly, self._budget.charged(len(news.matured) + len(news.reversed), examples)
