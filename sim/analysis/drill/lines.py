"""Regret that an incident adds, as lines over time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.analysis.bands import DAY
from sim.analysis.drill.drill import Drill
from sim.analysis.drill.sides import STEPS, Gap
from sim.analysis.report.lines import PLAIN, Floats, Line

_HOUR = 3600.0


def made_good(drill: Drill) -> list[tuple[float, float]]:
    """Return when each is made good, and the sum then.

    In days and units of regret; without those that are not, or were never felt.
    """
    points = []
    for side in drill.sides:
        if (after := drill.made_good(side)) is not None:
            at = (drill.incident.ends + after) / DAY
            points.append((at, float(np.interp(at, _ends(drill), [gap.mean for gap in side.running()]))))
    return points


def _ends(drill: Drill) -> Floats:
    """Return the ends of steps, days."""
    return np.asarray((np.arange(STEPS) + 1) * drill.step / DAY, dtype=np.float64)


def lines(drill: Drill) -> tuple[list[Line], list[Line]]:
    """Return a line per protection: hourly, and added up."""
    ends = _ends(drill)
    rates, totals = [], []
    for n, side in enumerate(drill.sides):
        name = side.name or "without protection"
        rates.append(_line(name, n, np.asarray(ends - 0.5 * drill.step / DAY), side.steps(), _HOUR / drill.step))
        totals.append(_line(name, n, ends, side.running(), 1.0))
    return rates, totals


def _line(name: str, n: int, at: Floats, gaps: Sequence[Gap], scale: float) -> Line:
    means, halves = (scale * np.array(values) for values in zip(*((one.mean, one.half) for one in gaps), strict=True))
    return Line(name, n, at, means, halves, PLAIN)
