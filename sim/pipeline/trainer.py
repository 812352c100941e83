"""The one machine that trains what is pushed."""

from __future__ import annotations

from collections.abc import Callable

import simpy

from sim.draws import Stream
from sim.laws.instants import plus, times
from sim.pipeline.clock import Clock, Priority, Process
from sim.pipeline.durations import Durations
from sim.pipeline.log import Log
from sim.pipeline.releases import Releases
from sim.pipeline.version import Version
from sim.pipeline.versions import Versions
from sim.scenario import Replication
from sim.scenario.incidents import TrainerDown, of_kind
from sim.scenario.periods import Periods


class Trainer:
    """A trainer with one place to wait.

    A trigger that finds another waiting merges into it; together they are a refit if either is. What is trained goes
    on to its release.

    Args:
        clock: the clock.
        replication: the scenario and its draws.
        log: what the system knows; it is read when a training starts.
        train: trains a version on that, or on all of its window in a refit; returns it and how many examples it took.
        durations: how long trainings take, and what was spent.
        versions: all of them.
        releases: the way of a version to the users.

    Attributes:
        merged: triggers that became one with another.
    """

    def __init__(
        self,
        clock: Clock,
        replication: Replication,
        log: Log,
        train: Callable[[bool], tuple[Version, int]],
        durations: Durations,
        versions: Versions,
        releases: Releases,
    ) -> None:
        self._clock, self._log, self._train = clock, log, train
        self._durations, self._versions, self._releases = durations, versions, releases
        self._time, self._horizon = replication.scenario.platform.training, replication.scenario.horizon
        self._machine = simpy.Resource(clock, capacity=1)
        self._down = Periods(of_kind(replication.scenario.incidents, TrainerDown))
        self._waiting = self._refit = False
        self.merged = 0

    def request(self, refit: bool) -> None:
        """Ask for a training, which may start over."""
        if self._waiting:
            self.merged, self._refit = self.merged + 1, self._refit or refit
        else:
            self._waiting, self._refit = True, refit
            self._clock.process(self._training())

    def _training(self) -> Process:
        with self._machine.request() as turn:
            yield turn
            if (up := self._down.over(self._clock.now)) > self._clock.now:
                yield self._clock.at(up, Priority.TRAINED)  # after new triggers, which merge with the one that waits
            self._waiting = False
            start = self._clock.now
            self._log.read(start)
            version, examples = self._train(self._refit)
            self._releases.expect(version)
            fixed, over = self._durations.course(Stream.TRAINING, self._time.fixed, version.number, start)
            read = times(self._time.per_example, examples)
            self._durations.spend(max(0.0, min(fixed + read, self._horizon - start)))
            yield self._clock.at(plus(over, read), Priority.TRAINED)
            self._versions.trained(version.number, self._clock.now)
        self._clock.process(self._releases.push(version))
