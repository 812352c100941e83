"""Regret and staleness over time, impressions under way, delays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.analysis.score import WORDS
from sim.lab.report.charts.style import PAGE, days, durations, figure, heading, legend, line_of, styled
from sim.lab.report.figures.over_time import of_one_run
from sim.lab.report.model import Floats, Line, Lines, OverTime

if TYPE_CHECKING:
    import pandas as pd

_MARKS = 6  # on a line
_ONE_RUN = 7.5  # inches


@styled
def draw(found: OverTime, title: str = "", width: float = PAGE) -> Figure:
    """Draw regret and staleness with 95 % bands.

    Ages of other names than the lines of regret get a legend of their own.
    """
    made = figure(width, 0.62 * width + 1.4)
    above, below = made.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    lines, ages = _lines(above, found.regret), _lines(below, found.ages)
    same = [one.name for one in found.regret] == [one.name for one in found.ages]
    above.set_ylabel(WORDS)
    above.set_ylim(0.0, top(np.concatenate([one.values for one in found.regret]), above.get_ylim()[1]))
    below.set_ylabel("age of the serving data" if same else "staleness")
    durations(below, "y", 1.15 * _most(found.ages))
    _over_time(below, found.regret)
    legend(made, lines if same else ages, [one.name for one in found.ages])
    heading(made, title)
    return made


def one_run(curve: pd.DataFrame, title: str) -> Figure:
    """Draw the curve of `sim.simulation.Run` over time."""
    return draw(of_one_run(curve), title, _ONE_RUN)


@styled
def in_flight(found: Lines) -> Figure:
    """Return how many impressions are under way over time."""
    made, axes = _single(found.lines)
    axes.set_ylabel("impressions under way")
    axes.set_ylim(0.0, 1.06 * _most(found.lines))
    _over_time(axes, found.lines)
    return made


@styled
def delays(found: Lines) -> Figure:
    """Return the distribution functions of delays."""
    made, axes = _single(found.lines)
    axes.set(xlabel="delay", ylabel="share that has come", ylim=(0.0, 1.02))
    durations(axes, "x", found.longest, 1.0)
    return made


def top(lines: Floats, reach: float) -> float:
    """Return the axis' end: wide bands must not flatten lines.

    >>> top(np.array([0.2, 0.8, np.nan]), 8.0), top(np.array([0.2, 0.8]), 1.0), top(np.array([np.nan]), 1.0)
    (1.2, 1.0, 1.0)
    """
    known = lines[np.isfinite(lines)]
    return min(reach, round(1.5 * float(known.max()), 12)) if known.size and known.max() > 0 else max(reach, 1.0)


def _single(found: Sequence[Line]) -> tuple[Figure, Axes]:
    made = figure(PAGE)
    axes = made.subplots()
    legend(made, _lines(axes, found), [one.name for one in found])
    return made, axes


def _lines(axes: Axes, found: Sequence[Line]) -> list[Line2D]:
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


def _over_time(axes: Axes, found: Sequence[Line]) -> None:
    longest = max(float(one.at.max(initial=0.0)) for one in found) or 1.0
    axes.set_xlim(0.0, 1.01 * longest)
    days(axes.xaxis, longest)


def _most(found: Sequence[Line]) -> float:
    known = np.concatenate([one.values for one in found])
    known = known[np.isfinite(known)]
    return float(known.max()) if known.size and known.max() > 0 else 1.0
