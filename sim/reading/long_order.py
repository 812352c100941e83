"""The order of many values, one part at a time.

Beside the order itself, four bytes a value, little memory is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.reading.columns import Rows
from sim.rows import rising
from sim.tuning import TUNING

Floats = NDArray[np.float64]
_MOST_STEPS = 1 << 16


def long_order(
    values: Callable[[Rows], Floats], count: int, part: int = TUNING.ordered_at_once
) -> NDArray[np.integer[Any]]:
    """Return the stable order of rising, finite values.

    Many are first put into steps from least to most, as they come; then each step is sorted by itself.

    Args:
        values: returns the values at some places.
        count: of all places, below 2**32.
        part: places that are looked at together.

    >>> long_order(lambda rows: np.array([2.0, np.inf, 1.0])[rows], 3).tolist()
    [2, 0]
    """
    parts = [slice(start, min(start + part, count)) for start in range(0, count, part)]
    if len(parts) < 2:
        places, own = _finite(values, slice(0, count))
        return places[rising(own)]
    steps = _Steps(values, parts)
    size = sum((np.bincount(steps.of(rows)[0], minlength=steps.count) for rows in parts), np.zeros(1, dtype=np.int64))
    start = np.cumsum(size) - size
    order, filled = np.empty(int(size.sum()), dtype=np.uint32), start.copy()
    for rows in parts:
        at, places = steps.of(rows)
        many = np.bincount(at, minlength=steps.count)
        into = np.repeat(filled - np.cumsum(many) + many, many) + np.arange(len(at))
        order[into] = places[np.argsort(at, kind="stable")]
        filled += many
    for step in map(slice, start.tolist(), (start + size).tolist()):
        order[step] = order[step][rising(values(order[step]))]
    return order


def _finite(values: Callable[[Rows], Floats], rows: slice) -> tuple[NDArray[np.intp], Floats]:
    """Return the places of finite values, and these."""
    own = values(rows)
    places = np.flatnonzero(np.isfinite(own))
    return places + rows.start, own[places]


class _Steps:
    """Equal steps from the least to the greatest value."""

    def __init__(self, values: Callable[[Rows], Floats], parts: list[slice]) -> None:
        self._values, self._least, most = values, np.inf, -np.inf
        for rows in parts:
            _, own = _finite(values, rows)
            self._least = min(self._least, own.min(initial=np.inf))
            most = max(most, own.max(initial=-np.inf))
        self.count = min(2 * len(parts), _MOST_STEPS)
        width = most - self._least
        self._scale = (self.count - 1) / width if 0.0 < width < np.inf else 0.0

    def of(self, rows: slice) -> tuple[NDArray[np.uint16], NDArray[np.intp]]:
        """Return the steps of finite values, and their places."""
        places, own = _finite(self._values, rows)
        return ((own - self._least) * self._scale).astype(np.uint16), places
