"""The trigger of trainings by log entries.

An event of the clock for the next entry that triggers one, or a caller who looks by hand.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import simpy

from sim.pipeline.clock import Clock, Priority
from sim.pipeline.log import Log


class FeedbackTrigger:
    """Counts log entries for a cadence.

    Args:
        clock: the clock.
        log: what the system knows.
        every: entries from one training to the next, or None where the clock alone starts trainings.
        horizon: seconds.
        trigger: called when a training is due.

    Attributes:
        due: returns when the entry comes, among those pending, that will trigger a training; infinite when none will.
    """

    def __init__(self, clock: Clock, log: Log, every: int | None, horizon: float, trigger: Callable[[], None]) -> None:
        self._clock, self._log, self._every, self._horizon, self._trigger = clock, log, every, horizon, trigger
        self._wake = np.inf
        self.due: Callable[[], float] = log.pending.first if every == 1 else self._due

    @property
    def remaining(self) -> int | None:
        """Number of further entries that trigger a training, or None.

        None when entries do not trigger trainings.
        """
        return None if self._every is None else self._every - self._log.matured % self._every

    def _due(self) -> float:
        count, pending = self.remaining, self._log.pending
        if count is None or len(pending) < count:
            return np.inf
        return float(pending.head(count)[count - 1])

    def schedule_next(self) -> None:
        """Schedule an event for the next pending entry that triggers."""
        at = self.due()
        if at < self._wake and at <= self._horizon:
            self._wake = at
            self._clock.call(at, Priority.FEEDBACK, self._look)

    def suspend(self) -> None:
        """Cancel the scheduled event.

        The caller calls `read` when an entry is `due`, until it calls `schedule_next`.
        """
        self._wake = np.inf

    def _look(self, _: simpy.Event) -> None:
        now = self._clock.now
        if now != self._wake:
            return  # an earlier entry took this one's place
        self._wake = np.inf
        self.read(now)
        self.schedule_next()

    def read(self, now: float) -> None:
        """Read the log until ``now``; trigger any due training.

        A training is due if enough entries have come.
        """
        assert self._every is not None
        before = self._log.matured // self._every
        self._log.read(now)
        if self._log.matured // self._every > before:
            self._trigger()
