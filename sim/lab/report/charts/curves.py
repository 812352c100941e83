"""Over time: regret, and beneath it how old the serving data are; impressions under way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.analysis.score import WORDS
from sim.lab.report.charts.style import PAGE, days, durations, figure, heading, legend, line_of, styled
from sim.lab.report.palette import Look
from sim.lab.report.series import Curve, Flight, Floats

_MARKS = 6  # on a line


@styled
def draw(curves: Sequence[Curve], title: str = "", width: float = PAGE) -> Figure:
    """Return the figure of a comparison over time; bands are 95 % intervals over replications.

    Args:
        curves: what is drawn.
        title: above it.
        width: in inches.
    """
    made = figure(width, 0.62 * width + 1.4)
    above, below = made.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    for one in curves:
        if one.banded:
            for axes, middle, half in ((above, one.regret, one.regret_half), (below, one.age, one.age_half)):
                axes.fill_between(one.at, middle - half, middle + half, color=one.look.colour, alpha=0.13, linewidth=0)
    lines = _lines(above, [(one.look, one.at, one.regret) for one in curves])
    _lines(below, [(one.look, one.at, one.age) for one in curves])
    above.set_ylabel(WORDS)
    above.set_ylim(0.0, top(np.concatenate([one.regret for one in curves]), above.get_ylim()[1]))
    below.set_ylabel("age of the serving data")
    durations(below, "y", 1.15 * _most([one.age for one in curves]))
    _over_time(below, [one.at for one in curves])
    legend(made, lines, [one.name for one in curves])
    heading(made, title)
    return made


@styled
def in_flight(flights: Sequence[Flight], width: float = PAGE) -> Figure:
    """Return how many impressions are under way over time."""
    made = figure(width, 0.62 * width)
    axes = made.subplots()
    lines = _lines(axes, [(one.look, one.at, one.number) for one in flights])
    axes.set_ylabel("impressions under way")
    axes.set_ylim(0.0, 1.06 * _most([one.number for one in flights]))
    _over_time(axes, [one.at for one in flights])
    legend(made, lines, [one.name for one in flights])
    return made


def top(lines: Floats, reach: float) -> float:
    """Return where an axis of regret ends: bands that reach far would flatten the lines.

    >>> top(np.array([0.2, 0.8, np.nan]), 8.0), top(np.array([0.2, 0.8]), 1.0), top(np.array([np.nan]), 1.0)
    (1.2, 1.0, 1.0)
    """
    known = lines[np.isfinite(lines)]
    return min(reach, round(1.5 * float(known.max()), 12)) if known.size and known.max() > 0 else max(reach, 1.0)


def _lines(axes: Axes, found: Sequence[tuple[Look, Floats, Floats]]) -> list[Line2D]:
    """Draw lines, the markers of each at places of their own."""
    made = []
    for n, (look, at, values) in enumerate(found):
        every = max(1, len(at) // _MARKS)
        made += axes.plot(at, values, **line_of(look), markevery=(n * every // len(found), every))
    return made


def _over_time(axes: Axes, at: Sequence[Floats]) -> None:
    longest = max(float(one.max(initial=0.0)) for one in at) or 1.0
    axes.set_xlim(0.0, 1.01 * longest)
    days(axes.xaxis, longest)


def _most(values: Sequence[Floats]) -> float:
    known = np.concatenate(values)
    known = known[np.isfinite(known)]
    return float(known.max()) if known.size and known.max() > 0 else 1.0
