"""Who is told the truth, and when.

A correction with ``needs_truth`` may read what the world decided while it makes examples; nobody else ever may.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.reading import TRUTH, NotKept, Read, Rows


class Truth:
    """The settled labels, readable at times.

    Attributes:
        told: whether it can be read now.
    """

    def __init__(self) -> None:
        self.told = False

    @contextmanager
    def being(self, told: bool) -> Iterator[None]:
        """Tell it, or do not, for a while."""
        before, self.told = self.told, told
        try:
            yield
        finally:
            self.told = before

    def beside(self, read: Read, reverses: bool = False, loses: bool = False) -> Read:
        """Return a function that reads this column too.

        It is NaN where an outcome never comes back.

        Args:
            read: reads the log's columns as they are.
            reverses: whether positives may be taken back.
            loses: whether positives may be lost although their impression closes.
        """

        def with_truth(name: str, rows: Rows) -> NDArray[Any]:
            if name != TRUTH:
                return read(name, rows)
            if not self.told:
                raise NotKept.untold()
            label = read("label", rows)
            if reverses:
                label = np.where(np.isfinite(read("reversed_at", rows)), 0.0, label)
            comes = np.isfinite(read("delivered_at", rows))
            return np.where(comes & ~read("lost", rows) if loses else comes, label, np.nan)

        return with_truth
