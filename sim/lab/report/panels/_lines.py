"""Lines with bands, over days or delays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.analysis.report.incident_marks import Mark
from sim.analysis.report.lines import LATER, PLAIN, SEEN, TRUTH, Line
from sim.lab.report.charts.style import PAGE, days, figure, legend, line_of
from sim.lab.report.palette import DASHES, MARK, look

_MARKS = 6  # on a line
_KINDS: dict[str, Any] = {
    "": {},
    TRUTH: {"dash": "-", "marker": "o", "width": 2.2},
    SEEN: {"dash": DASHES[1], "marker": "s"},
    LATER: {"dash": DASHES[2], "marker": "^"},
    PLAIN: {"marker": ""},
}


def single(found: Sequence[Line], width: float = PAGE) -> tuple[Figure, Axes]:
    """Return a figure of some lines with their legend."""
    made = figure(width)
    axes = made.subplots()
    legend(made, add_lines(axes, found))
    return made, axes


def add_lines(axes: Axes, found: Sequence[Line]) -> list[Line2D]:
    """Draw lines over their bands, with markers at different places."""
    looks = [replace(look(one.place), **_KINDS[one.kind]) for one in found]
    for one, own in zip(found, looks, strict=True):
        if one.half is not None:
            low, high = one.values - one.half, one.values + one.half
            axes.fill_between(one.at, low, high, color=own.colour, alpha=0.13, linewidth=0)
    made = []
    for n, (one, own) in enumerate(zip(found, looks, strict=True)):
        every = max(1, len(one.at) // _MARKS)
        style = line_of(own)
        made += axes.plot(one.at, one.values, **style, label=one.name, markevery=(n * every // len(found), every))
    return made


def over_days(axes: Axes, found: Sequence[Line]) -> None:
    """Label the axis of days."""
    longest = max(float(one.at.max(initial=0.0)) for one in found) or 1.0
    axes.set_xlim(0.0, 1.01 * longest)
    days(axes.xaxis, longest)


def add_marks(axes: Axes, found: Sequence[Mark], *, named: bool = False) -> None:
    """Shade spans of time, with their names along their beginnings."""
    names: dict[float, list[str]] = {}
    for one in found:
        width = 0 if one.end > one.start else 2.0  # of what takes no time, in points
        axes.axvspan(one.start, one.end, color=MARK, alpha=0.4, linewidth=width, zorder=0)
        names.setdefault(one.start, []).append(one.name)
    place = axes.get_xaxis_transform()
    for start, own in names.items() if named else ():
        told = f" {', '.join(own)}"
        axes.text(start, 0.98, told, transform=place, rotation=90, fontsize=7, ha="left", va="top", clip_on=True)
