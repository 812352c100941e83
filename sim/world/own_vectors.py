"""Vectors of a file, by number of user or item."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import uniform
from sim.scenario.vectors import Vectors

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class OwnVectors:
    """Vectors of users or items, rows of a file.

    Those of the start have a row each, in order. Whoever comes later has a row that is drawn by number, with
    replacement.

    Args:
        vectors: what the file holds.
        own: how many there are at the start.
        key: root of the draws.
    """

    def __init__(self, vectors: Vectors, own: int, key: np.uint64) -> None:
        self._values, self._own, self._key = vectors.values, own, key

    def of(self, numbers: Ints) -> Floats:
        """Return the vectors of some numbers, ``(n, dim)``."""
        count = len(self._values)
        drawn = np.minimum((uniform(self._key, numbers) * count).astype(np.int64), count - 1)  # may be rounded up
        return self._values.take(np.where(numbers < self._own, numbers, drawn), axis=0)
