"""The impressions of requests that are known ahead.

What is shown is written down as it is served.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.pipeline.columns import Columns
from sim.pipeline.scheduled import Entry, Known

Floats = NDArray[np.float64]
_WRITTEN = ("item", "propensity", "predicted", "delivered_at", "closes_at", "label", "reversed_at", "due_at", "lost")


class ScheduledImpressions:
    """Impressions in plain lists.

    They cost a tenth of what single entries of arrays do.

    Args:
        first: number of the first impression.
        size: impressions of a request.
        request_at: of each request, its instant.
        observed: returns the observed features of a request, ``(1, p)``, read only.

    Attributes:
        item: ids of what was shown so far, in order of serving; likewise `propensity`, `predicted` and `outcomes`.
    """

    def __init__(self, first: int, size: int, request_at: list[float], observed: Callable[[int], Floats]) -> None:
        self.first, self.end, self._size = first, first + size * len(request_at), size
        self._request_at, self._observed = request_at, observed
        self.item: list[int] = []
        self.propensity: list[float] = []
        self.predicted: list[float] = []
        self.outcomes: list[Known] = []

    def entry(self, number: int) -> Entry:
        """Return what is learnt of an impression shown."""
        own = number - self.first
        request = own // self._size
        label = float(self.outcomes[own][2])
        return self.item[own], self._observed(request), label, self._request_at[request]

    def write(self, number: int, into: Columns, row: int) -> None:
        """Write newly served impressions into the log's columns.

        Those served from a number on, from a row on.
        """
        since, end = number - self.first, row + self.first + len(self.item) - number
        said: list[Sequence[Any]] = [self.item[since:], self.propensity[since:], self.predicted[since:]]
        columns = (*said, *zip(*self.outcomes[since:], strict=True))
        for name, values in zip(_WRITTEN[: len(columns)], columns, strict=True):
            if name not in into:
                continue  # nobody reads it
            if end == row + 1:
                into[name][row] = values[0]
            else:
                into[name][row:end] = values
