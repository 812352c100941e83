"""Which bars of costs are cut, and their scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.cadence_cost.costs import Costs, Floats

_CUT = 4.0  # a bar is cut at so many times the median


@dataclass(frozen=True, eq=False)
class Bars:
    """Bars that would make all others tiny are cut.

    Attributes:
        totals: ``(cadences,)`` mean costs a day.
        halves: ``(cadences,)`` half-widths of the intervals of the differences to the best; 0 without one.
        whole: ``(cadences,)`` whether a bar is not cut.
        near: the places of those that are not known to be worse than the best.
        least: the lowest end of an interval of a whole bar, at most 0.
        most: the highest.
    """

    totals: Floats
    halves: Floats
    whole: np.ndarray[tuple[int], np.dtype[np.bool_]]
    near: tuple[int, ...]
    least: float
    most: float

    @staticmethod
    def of(costs: Costs) -> Bars:
        """Return the bars of some costs."""
        totals = costs.total.mean(axis=1)
        halves = np.array([half or 0.0 for _, half in costs.more])
        whole = totals <= (_CUT * float(np.median(totals)) or np.inf)
        most, least = float((totals + halves)[whole].max()) or 1.0, min(0.0, float((totals - halves)[whole].min()))
        near = tuple(n for n, one in enumerate(costs.near) if one and costs.named is not None)
        return Bars(totals, halves, whole, near, least, most)
