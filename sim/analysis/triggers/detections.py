"""Which alarms detect a shift, and which are false.

The first alarm of a shift detects it; every other one is false, a second one for the same shift too. What happens
before the log holds a label of an impression served after the shift cannot be because of it: such an alarm is false.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Detections:
    """What the alarms of one replication saw.

    Instants are seconds.

    Attributes:
        shifts: ``(n_shifts,)``, ascending.
        first_labels: ``(n_shifts,)`` when the log first held a label of an impression served after each shift; infinite
            if it never did.
        detected: ``(n_shifts,)`` the alarm that detected each shift; NaN where it was missed.
        false: all other alarms, ascending.
        horizon: end of the replication.
    """

    shifts: Floats
    first_labels: Floats
    detected: Floats
    false: Floats
    horizon: float

    @property
    def from_shift(self) -> Floats:
        """Seconds from each detected shift to its alarm."""
        return (self.detected - self.shifts)[self.seen]

    @property
    def from_first_label(self) -> Floats:
        """Seconds from the first label of each detected shift."""
        return (self.detected - self.first_labels)[self.seen]

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Which shifts were detected, ``(n_shifts,)``."""
        return np.isfinite(self.detected)


def detections(
    shifts: Sequence[float],
    first_labels: Sequence[float],
    alarms: Sequence[float],
    horizon: float,
    within: float | None = None,
) -> Detections:
    """Return which alarms detect which shift.

    Args:
        shifts: instants of the true shifts, ascending, each once, seconds.
        first_labels: of each shift, the instant of the first label that could show it.
        alarms: instants of the retrains that the trigger started.
        horizon: end of the replication.
        within: how long after a shift an alarm counts for it; None: until the next shift, or the horizon. It ends at
            the next shift in any case.

    >>> one = detections([100.0, 200.0], [110.0, 230.0], [50.0, 105.0, 120.0, 150.0], 300.0)
    >>> one.detected, one.false
    (array([120.,  nan]), array([ 50., 105., 150.]))
    """
    left, detected = np.unique(np.asarray(alarms, dtype=np.float64)), []
    for (shift, following), label in zip(pairwise([*shifts, np.inf]), first_labels, strict=True):
        last = min(horizon, np.inf if within is None else shift + within)
        of_it = left[(left >= label) & (left <= last) & (left < following)]
        detected.append(of_it[0] if len(of_it) else np.nan)
    found = np.array(detected, dtype=np.float64)
    starts, labels = (np.asarray(one, dtype=np.float64) for one in (shifts, first_labels))
    return Detections(starts, labels, found, left[~np.isin(left, found)], horizon)
