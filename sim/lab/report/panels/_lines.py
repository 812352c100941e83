"""Lines with bands, over days or delays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.lab.report.charts.style import PAGE, days, figure, legend, line_of
from sim.lab.report.palette import Look

Floats = NDArray[np.float64]
_MARKS = 6  # on a line


@dataclass(frozen=True)
class Line:
    """A line ``(k,)``, NaN where unknown, and its band."""

    name: str
    look: Look
    at: Floats
    values: Floats
    half: Floats | None = None  # the band's half-width


def top(lines: Floats, reach: float) -> float:
    """Return the axis' end: wide bands must not flatten lines.

    >>> top(np.array([0.2, 0.8, np.nan]), 8.0), top(np.array([0.2, 0.8]), 1.0), top(np.array([np.nan]), 1.0)
    (1.2, 1.0, 1.0)
    """
    known = lines[np.isfinite(lines)]
    return min(reach, round(1.5 * float(known.max()), 12)) if known.size and known.max() > 0 else max(reach, 1.0)


def top_of(found: Sequence[Line]) -> float:
    """Return the largest value, 1 if none is positive."""
    known = np.concatenate([one.values for one in found])
    known = known[np.isfinite(known)]
    return float(known.max()) if known.size and known.max() > 0 else 1.0


def single(found: Sequence[Line]) -> tuple[Figure, Axes]:
    """Return a figure of some lines with their legend."""
    made = figure(PAGE)
    axes = made.subplots()
    legend(made, add_lines(axes, found), [one.name for one in found])
    return made, axes


def add_lines(axes: Axes, found: Sequence[Line]) -> list[Line2D]:
    """Draw lines over their bands, with markers at different places."""
    for one in found:
        if one.half is not None:
            low, high = one.values - one.half, one.values + one.half
            axes.fill_between(one.at, low, high, color=one.look.colour, alpha=0.13, linewidth=0)
    made = []
    for n, one in enumerate(found):
        every = max(1, len(one.at) // _MARKS)
        style = line_of(one.look)
        made += axes.plot(one.at, one.values, **style, label=one.name, markevery=(n * every // len(found), every))
    return made


def over_days(axes: Axes, found: Sequence[Line]) -> None:
    """Label the axis of days."""
    longest = max(float(one.at.max(initial=0.0)) for one in found) or 1.0
    axes.set_xlim(0.0, 1.01 * longest)
    days(axes.xaxis, longest)
