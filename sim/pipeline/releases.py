"""What becomes of a version whose push is over."""

from __future__ import annotations

from collections.abc import Iterable

from sim.pipeline.canary import CanaryTest
from sim.pipeline.clock import Clock, Priority
from sim.pipeline.versions import Versions
from sim.scenario.incidents import Event, Rollback, of_kind


class Releases:
    """The way from a push to serving everybody.

    Without a canary it is live at once. With one, some users try it first: one version at a time, another one waits
    meanwhile, and a newer one takes its place.

    Args:
        clock: the clock.
        versions: all versions.
        canary: the test of a candidate; None without one.
    """

    def __init__(self, clock: Clock, versions: Versions, canary: CanaryTest | None) -> None:
        self._clock, self._versions, self._canary = clock, versions, canary

    def arrive(self, number: int) -> None:
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

    def expect_rollbacks(self, incidents: Iterable[Event]) -> None:
        """Have each rollback take place at its instant."""
        rollbacks = of_kind(incidents, Rollback)
        self._versions.rollbacks = len(rollbacks)
        for one in rollbacks:
            self._clock.call(one.at, Priority.WORLD, lambda _: self.roll_back())

    def roll_back(self) -> None:
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
