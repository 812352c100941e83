"""The rows that refits read, and those no longer needed.

They are found a part at a time, in little memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ports.long_order import Rows, long_order

Floats = NDArray[np.float64]
_PART = 1 << 16  # rows that are looked at together


def matured(
    delivered_at: Floats, closes_at: Floats, since: float, now: float
) -> tuple[int, Callable[[], NDArray[np.integer[Any]]]]:
    """Return the number of matured rows and their lister.

    Those known ``now`` that close after ``since``; the lister is a function that gives them in order of delivery.
    """

    def known(rows: Rows) -> Floats:
        at = delivered_at[rows]
        return np.where((at <= now) & (closes_at[rows] > since), at, np.inf)

    parts = (slice(start, start + _PART) for start in range(0, len(delivered_at), _PART))
    count = sum(int(np.count_nonzero(known(part) < np.inf)) for part in parts)
    return count, lambda: long_order(known, len(delivered_at))


def first_open(delivered_at: Floats, closes_at: Floats, since: float, until: float, horizon: float) -> int:
    """Return the first row that is still open.

    It will be delivered after ``until`` or closes after ``since``; the end if there is none.

    What is delivered after the horizon is not waited for.
    """
    for start in range(0, len(delivered_at), _PART):
        at = delivered_at[start : start + _PART]
        still = (at > until) | (closes_at[start : start + _PART] > since)
        if (still := still & (at <= horizon)).any():
            return start + int(np.argmax(still))
    return len(delivered_at)
