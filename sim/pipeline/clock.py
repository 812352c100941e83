"""SimPy's clock with exact instants and an order among equals.

The only file that reaches SimPy's private parts: SimPy schedules by delays alone, so that `Clock` puts its events into
``Environment._queue`` itself. A test holds the installed version to it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from enum import IntEnum
from heapq import heappush
from typing import Any

import simpy

Process = Generator[simpy.Event, Any, None]


class Priority(IntEnum):
    """The order of events at one instant.

    See docs/world.md, Instants. SimPy's own 0 and 1 come before all.
    """

    WORLD = 2
    FEEDBACK = 3
    TRIGGER = 4
    TRAINED = 5
    PUSH = 6
    REQUEST = 7


class Clock(simpy.Environment):
    """A SimPy environment with events at exact instants.

    SimPy schedules by delay, and ``now + (at - now)`` need not be ``at`` in floating point; equal
    instants would then come apart.
    """

    def at(self, instant: float, priority: Priority) -> simpy.Event:
        """Return an event at ``instant`` seconds, not before now."""
        assert instant >= self._now, f"the clock is at {self._now}, {instant} is over"
        event = simpy.Event(self)
        event._ok, event._value = True, None
        heappush(self._queue, (instant, priority, next(self._eid), event))  # type: ignore[misc]
        return event

    def call(self, instant: float, priority: Priority, action: Callable[[simpy.Event], None]) -> None:
        """Let ``action(event)`` happen at ``instant`` seconds, not before now."""
        event = self.at(instant, priority)
        assert event.callbacks is not None
        event.callbacks.append(action)

    def reach(self, instant: float, priority: Priority) -> simpy.Event | None:
        """Advance to ``instant`` seconds if nothing else is due before.

        Otherwise return an event there. The instant is not before now.
        """
        if self._queue and self._queue[0][0] <= instant:
            return self.at(instant, priority)
        self._now = instant
        return None

    def run_through(self, horizon: float) -> None:
        """Let everything up to and including ``horizon`` happen."""
        while self.peek() <= horizon:
            self.step()
