"""The cadence without training: the first policy serves throughout."""

from __future__ import annotations

import numpy as np

from agents.described import Described
from sim.ports import Impressions


class Never(Described):
    """No training at all.

    >>> Never().next(0.0)
    inf
    """

    reads = ()
    ship = "in_place"
    refit_window: float | None = None
    feedbacks: int | None = None

    def next(self, after: float) -> float:
        """Return infinity."""
        return float(np.inf)

    def wants(self, matured: Impressions) -> bool:
        """Never train."""
        return False
