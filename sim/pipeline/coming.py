"""The number of matured entries, where their contents are unused.

They are counted in the log's own column, without a queue.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ports import Impressions
from sim.reading import NotKept, Rows
from sim.tuning import TUNING, Tuning

Floats = NDArray[np.float64]


class Coming:
    """Counts entries once their instant is reached.

    Args:
        horizon: seconds; what comes later comes never.
        tuning: sizes.

    Attributes:
        upto: number of the impression up to which the log has been looked at.
    """

    def __init__(self, horizon: float, tuning: Tuning = TUNING) -> None:
        self._horizon, self._at_once = horizon, tuning.rows_at_once
        self._from = self.upto = 0  # all before the former are in
        self._until = -np.inf
        self._unseen = 0

    def count(self, delivered_at: Floats, first: int, until: float) -> int:
        """Return how many entries came since the last count.

        Args:
            delivered_at: of all impressions that the log keeps.
            first: number of the first of them.
            until: seconds, the instant up to which they count.
        """
        count, waits = 0, False
        start = max(self._from, first)
        end = first + len(delivered_at)
        for low in range(start, end, self._at_once):
            part = delivered_at[low - first : low - first + self._at_once]
            came = part <= until
            old = max(self.upto - low, 0)
            count += int(np.count_nonzero(came)) - int(np.count_nonzero(part[:old] <= self._until))
            waits = waits or bool((~came & (part <= self._horizon)).any())
            if not waits:
                self._from = low + len(part)
        self.upto, self._until = end, until
        self._unseen += count
        return count

    def seen(self) -> Impressions:
        """Return the number of entries since the last call.

        Only their number, and no column of them.
        """
        seen, self._unseen = self._unseen, 0
        return Impressions(seen, _no_column, slice(None))


def _no_column(name: str, rows: Rows) -> NDArray[Any]:
    raise NotKept.unread(name)
