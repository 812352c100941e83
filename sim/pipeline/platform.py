"""Cadence, trainer and push: from what the log knows to what serves."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.draws import Stream, child, root
from sim.laws import Law
from sim.pipeline.clock import Clock, Priority
from sim.pipeline.log import Log
from sim.pipeline.versions import Version, Versions
from sim.ports import AgentParts, Experience
from sim.scenario import Scenario

Process = Generator[simpy.Event, Any, None]
Floats = NDArray[np.float64]


class AgentError(RuntimeError):
    """An agent broke its contract; the message names it, the version and the simulated time."""


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
    """

    def __init__(
        self,
        clock: Clock,
        scenario: Scenario,
        agent: AgentParts,
        log: Log,
        seed: int,
        replication: int,
        tidy: Callable[[], None],
    ) -> None:
        self._clock, self._agent, self._log = clock, agent, log
        self._latency = scenario.platform
        self._horizon = scenario.horizon
        self._keys = {s: root(seed, replication, s) for s in (Stream.TRAINING, Stream.PUSH)}
        self._trainer = simpy.Resource(clock, capacity=1)
        self._waiting = False
        self._tidy = tidy
        self._wake = np.inf
        self.versions = Versions(agent.learner.policy())
        self.training_time = 0.0
        if agent.cadence.feedbacks is None:
            clock.process(self._scheduled_looks())

    @property
    def feedbacks_to_trigger(self) -> int | None:
        """How many more log entries trigger a training, None when entries do not."""
        every = self._agent.cadence.feedbacks
        return None if every is None else every - self._log.matured % every

    def expect(self) -> None:
        """Set an event for the entry, among those pending, that will trigger a training."""
        count = self.feedbacks_to_trigger
        if count is None or len(self._log.pending) < count:
            return
        at = float(self._log.pending.head(count)[count - 1])
        if at < self._wake and at <= self._horizon:
            self._wake = at
            self._clock.process(self._feedback_look(at))

    def _feedback_look(self, at: float) -> Process:
        yield self._clock.at(at, Priority.FEEDBACK)
        if at != self._wake:
            return  # an earlier entry took this one's place
        self._wake = np.inf
        every = self._agent.cadence.feedbacks
        assert every is not None
        before = self._log.matured // every
        self._log.read(self._clock.now)
        if self._log.matured // every > before:
            self.trigger()
        self.expect()

    def _scheduled_looks(self) -> Process:
        cadence = self._agent.cadence
        at = cadence.next(0.0)
        while at <= self._horizon:
            yield self._clock.at(at, Priority.TRIGGER)
            self._log.read(at)
            if cadence.wants(self._log.look()):
                self.trigger()
            self._tidy()
            at = cadence.next(at)

    def trigger(self) -> None:
        """Ask for a training; a trigger that finds another waiting for the trainer merges into it."""
        if self._agent.ship == "in_place":
            version, duration = self._train()
            self.training_time += duration
            self.versions.trained(version, self._clock.now)
            self.versions.arrive(version, self._clock.now)
        elif not self._waiting:
            self._waiting = True
            self._clock.process(self._training())

    def _training(self) -> Process:
        with self._trainer.request() as turn:
            yield turn
            self._waiting = False
            start = self._clock.now
            version, duration = self._train()
            self.training_time += max(0.0, min(duration, self._horizon - start))
            yield self._clock.at(start + duration, Priority.TRAINED)
            self.versions.trained(version, self._clock.now)
        self._clock.process(self._push(version))

    def _push(self, version: Version) -> Process:
        now = self._clock.now
        yield self._clock.at(now + self._draw(Stream.PUSH, self._latency.push, version.number), Priority.PUSH)
        self.versions.arrive(version, self._clock.now)

    def _train(self) -> tuple[Version, float]:
        now, number = self._clock.now, self.versions.count
        self._log.read(now)
        news, learnt = self._log.cut(now)
        try:
            self._agent.learner.train(Experience(news, self._agent.examples(news), self._log.pending_at(now)))
            policy = self._agent.learner.policy()
        except Exception as error:
            name = type(self._agent.learner).__name__
            raise AgentError(f"{name} failed while training version {number} at {now:g} s: {error!r}") from error
        version = self.versions.start(now, self._log.matured, policy, learnt)
        fixed = self._draw(Stream.TRAINING, self._latency.training.fixed, number)
        self._tidy()
        return version, fixed + self._latency.training.per_example * len(news.matured)

    def _draw(self, stream: Stream, law: Law, number: int) -> float:
        keys = child(np.array([self._keys[stream]]), number)
        return float(law.duration(keys, np.array([self._clock.now]))[0])
