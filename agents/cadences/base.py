"""What most cadences share."""

from __future__ import annotations

import numpy as np

from sim.ports import Impressions


class Scheduled:
    """A cadence driven by the clock: looks at the multiples of a period.

    Args:
        period: seconds between looks, above 0.
    """

    ship = "push"
    refit_window: float | None = None
    feedbacks: int | None = None

    def __init__(self, period: float, offset: float = 0.0) -> None:
        if period <= 0:
            raise ValueError(f"the time between trainings is {period:g}s, expected more than 0s")
        self._period, self._offset = period, offset

    def next(self, after: float) -> float:
        """Return the next multiple of the period, as one product so that instants are exact."""
        count = np.floor((after - self._offset) / self._period) + 1.0
        at = self._offset + count * self._period
        return float(at if at > after else self._offset + (count + 1.0) * self._period)

    def wants(self, matured: Impressions) -> bool:
        """Train at every look."""
        return True


class Counted:
    """A cadence driven by the log: trains each time it has learnt a number of further outcomes."""

    ship = "push"
    refit_window: float | None = None
    feedbacks: int | None = 1

    def next(self, after: float) -> float:
        """Return infinity: the clock does not start trainings."""
        return float(np.inf)

    def wants(self, matured: Impressions) -> bool:
        """Train whenever asked."""
        return True
