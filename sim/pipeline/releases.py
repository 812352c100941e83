"""The way of a version from trainer to users."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from sim.draws import Stream
from sim.laws.instants import plus
from sim.pipeline.canary import canary_of
from sim.pipeline.clock import Clock, Priority, Process
from sim.pipeline.durations import Durations
from sim.pipeline.gate import gate_of
from sim.pipeline.guard import Guarded
from sim.pipeline.log import Log
from sim.pipeline.routes import Routes, routed
from sim.pipeline.version import Version
from sim.pipeline.versions import Versions
from sim.scenario import Replication
from sim.scenario.incidents import PushStuck, Rollback, of_kind
from sim.scenario.periods import Periods


class Releases:
    """Gate, push, canary and rollbacks, of an agent that pushes.

    A version that passes the gate is pushed. Without a canary it is live when its push is over. With one, some users
    try it first: one version at a time, another one waits meanwhile, and a newer one takes its place.

    Args:
        clock: the clock.
        replication: the scenario and its draws.
        agent: a learner whose versions these are.
        log: what the system knows; the gate tests on it.
        durations: how long pushes take.
        versions: all versions.
    """

    def __init__(
        self,
        clock: Clock,
        replication: Replication,
        agent: Guarded,
        log: Log,
        durations: Durations,
        versions: Versions,
    ) -> None:
        scenario = replication.scenario
        self._clock, self._durations, self._versions = clock, durations, versions
        self._push_time = scenario.platform.push
        self._stuck = Periods(of_kind(scenario.incidents, PushStuck))
        self._gate = gate_of(replication, log, agent.learner)
        self._canary = canary_of(replication)
        if routed(scenario):
            versions.routes = Routes(replication, versions.serving)
        self._expect_rollbacks(of_kind(scenario.incidents, Rollback))

    @property
    def untested(self) -> int:
        """How many versions went on without a test."""
        return sum(test.untested for test in (self._gate, self._canary) if test is not None)

    def read(self, columns: dict[str, NDArray[Any]]) -> None:
        """Read what was served, for the canary's test."""
        if self._canary is not None:
            self._canary.read(columns)

    def expect(self, version: Version) -> None:
        """Prepare for a version whose training begins now."""
        if self._gate is not None:
            self._gate.expect(version)

    def push(self, version: Version) -> Process:
        """Bring a version that was trained now to the users."""
        if self._gate is not None:
            yield self._clock.at(plus(self._clock.now, self._gate.wait), Priority.TRAINED)
            if self._gate.rejects(version, self._versions.serving, self._clock.now):
                self._versions.reject(version.number)
                return
        _, arrival = self._durations.course(Stream.PUSH, self._push_time, version.number, self._clock.now)
        yield self._clock.at(self._stuck.over(arrival), Priority.PUSH)
        self._arrive(version.number)

    def _arrive(self, number: int) -> None:
        """Take a version whose push is over now."""
        versions, now = self._versions, self._clock.now
        if self._canary is None or number < versions.newest_live:
            versions.arrive(number, now)
        elif versions.candidate is None:
            self._try(number)
        elif versions.waiting is None:
            versions.waiting = number
        else:
            versions.supersede(min(number, versions.waiting))
            versions.waiting = max(number, versions.waiting)

    def _expect_rollbacks(self, rollbacks: Sequence[Rollback]) -> None:
        """Have each rollback take place at its instant."""
        self._versions.rollbacks = len(rollbacks)
        for one in rollbacks:
            self._clock.call(one.at, Priority.WORLD, lambda _: self._roll_back())

    def _roll_back(self) -> None:
        """Take back what went live last.

        A candidate from those who try it; else the serving version, for the one before it.
        """
        if self._versions.candidate is None:
            self._versions.roll_back(self._clock.now)
            return
        self._versions.rollbacks -= 1
        self._versions.withdraw(self._clock.now)
        self._go_on()

    def _try(self, number: int) -> None:
        assert self._canary is not None
        self._versions.try_out(number, self._clock.now)
        # before the pushes of its instant: what arrives then finds it decided
        self._clock.call(self._canary.begin(self._clock.now), Priority.TRAINED, lambda _: self._decide(number))

    def _decide(self, number: int) -> None:
        versions, canary = self._versions, self._canary
        if canary is None or versions.candidate is None or versions.candidate.number != number:
            return
        end = versions.withdraw if canary.fails() else versions.promote
        end(self._clock.now)
        self._go_on()

    def _go_on(self) -> None:
        """End a trial, and begin the one that waits."""
        assert self._canary is not None
        self._canary.end()
        if (waiting := self._versions.waiting) is not None:
            self._versions.waiting = None
            self._try(waiting)
