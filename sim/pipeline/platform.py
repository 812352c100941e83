"""Cadence and training, from the log to serving versions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.pipeline.budget import Budget
from sim.pipeline.clock import Clock, Priority, Process
from sim.pipeline.durations import Durations
from sim.pipeline.feedback_trigger import FeedbackTrigger
from sim.pipeline.guard import Guarded
from sim.pipeline.log import Log
from sim.pipeline.releases import Releases
from sim.pipeline.trainer import Trainer
from sim.pipeline.version import Version
from sim.pipeline.versions import Versions
from sim.ports import Experience
from sim.scenario import Replication

Floats = NDArray[np.float64]


class Platform:
    """The machinery around one agent.

    Args:
        clock: the clock.
        replication: the scenario and its draws.
        agent: learner, correction, cadence and how it ships; its state changes.
        log: what the system knows.
        tidy: called when the log has been read.
        oldest_item: returns the lowest id of the items alive.

    Attributes:
        versions: all of them.
        feedback: when log entries start trainings.
        durations: how long trainings and pushes take, and what was spent.
        trainer: the machine that trains what is pushed; None if versions serve in place.
        releases: the way of a version from there to the users; None likewise.
    """

    def __init__(
        self,
        clock: Clock,
        replication: Replication,
        agent: Guarded,
        log: Log,
        tidy: Callable[[], None],
        oldest_item: Callable[[], int],
    ) -> None:
        self._clock, self._agent, self._log, self._horizon = clock, agent, log, replication.scenario.horizon
        self._tidy, self._oldest_item, self._budget = tidy, oldest_item, Budget(agent.cadence.budget)
        self.durations = Durations(replication, in_place=agent.ship == "in_place")
        self.feedback = FeedbackTrigger(clock, log, agent.cadence.feedbacks, self._horizon, self.trigger)
        self.versions = Versions(agent.learner.policy(0.0))
        self.releases: Releases | None = None
        self.trainer: Trainer | None = None
        if agent.ship != "in_place":
            self.releases = Releases(clock, replication, agent, log, self.durations, self.versions)
            how = self._train, self.durations, self.versions, self.releases
            self.trainer = Trainer(clock, replication, log, *how)
        if agent.cadence.feedbacks is None:
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
        """Have a version trained.

        At once where versions serve in place, else by the trainer.

        Args:
            refit: whether it starts over; None: as all trainings of the cadence do.
        """
        if refit is None:
            refit = self._agent.cadence.refit_window is not None
        if self.trainer is not None:
            self.trainer.request(refit)
            return
        version, examples = self._train(refit)
        now = self._clock.now
        self.durations.charge([version.number], [now], [examples])
        self.versions.trained(version.number, now)
        self.versions.arrive(version.number, now)

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
        self._agent.learner.train(Experience(news, examples, pending, self._oldest_item()))
        return newly, self._budget.charged(len(news.matured) + len(news.reversed), examples)
