"""Periods of time in which something is out of order."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sim.scenario.incidents import Incident

Floats = NDArray[np.float64]


class Periods:
    """The periods of some incidents.

    Those that meet or overlap are one.

    Args:
        incidents: whose.

    Attributes:
        ends: ``(k,)`` the instants at which a period is over, ascending, seconds.
    """

    def __init__(self, incidents: Iterable[Incident]) -> None:
        joined: list[list[float]] = []
        for at, end in sorted((one.at, one.ends) for one in incidents):
            if joined and at <= joined[-1][1]:
                joined[-1][1] = max(joined[-1][1], end)
            else:
                joined.append([at, end])
        self._starts, self.ends = np.array(joined, dtype=np.float64).reshape(-1, 2).T

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return len(self.ends) > 0

    def over(self, at: float) -> float:
        """Return ``at``, or the end of its period."""
        return float(self.after(np.array([at]))[0]) if self else at

    def after(self, at: Floats) -> Floats:
        """Return instants, those within a period at its end.

        They may be infinite; the order of two is never reversed.
        """
        place = np.searchsorted(self._starts, at, side="right") - 1
        end = self.ends[place]  # of another period for what comes before all of them, which is left out next
        return np.where((place >= 0) & (at < end), end, at)
