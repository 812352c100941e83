"""Base classes of cadences."""

from __future__ import annotations

from math import floor

import numpy as np

from agents.described import Described
from sim.ports import Impressions, interval, microseconds


class Scheduled(Described):
    """A cadence that checks at multiples of a period.

    Args:
        period: seconds between checks, rounded to whole microseconds.
        offset: seconds added to every check, rounded likewise.

    Raises:
        ValueError: the period is shorter than a microsecond.
    """

    ship = "push"
    refit_window: float | None = None
    feedbacks: int | None = None
    later = frozenset({"warm", "budget"})

    def __init__(self, period: float, offset: float = 0.0) -> None:
        self._period = microseconds(interval(period, "the time between trainings"))
        self._offset = microseconds(offset)

    def next(self, after: float) -> float:
        """Return the next multiple of the period, in seconds.

        It is exact: whole microseconds are counted and divided once.
        """
        count = floor((after * 1e6 - self._offset) / self._period) + 1
        while self._instant(count - 1) > after:  # rounding may have moved the quotient past a whole number, up or down
            count -= 1
        while self._instant(count) <= after:
            count += 1
        return self._instant(count)

    def _instant(self, count: int) -> float:
        return (self._offset + count * self._period) / 1e6

    def wants(self, matured: Impressions) -> bool:
        """Train at every check."""
        return True


class Counted(Described):
    """A cadence that trains after every ``feedbacks`` new outcomes."""

    ship = "push"
    refit_window: float | None = None
    feedbacks: int | None = 1

    def next(self, after: float) -> float:
        """Return infinity: the clock does not start trainings."""
        return float(np.inf)

    def wants(self, matured: Impressions) -> bool:
        """Train at every check."""
        return True
