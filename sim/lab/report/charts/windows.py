"""Regret, credit and label age by attribution window."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.analysis.windows.curve import WindowCurve
from sim.analysis.windows.study import WindowStudy
from sim.lab.report.charts.style import durations, figure, heading, legend, styled
from sim.lab.report.palette import GREY, MARK, Look, look

_APART = 0.16  # of a step between windows, from one curve to the next


@styled
def draw(study: WindowStudy, width: float, title: str = "") -> Figure:
    """Draw each curve of a study, windows at equal steps."""
    made = figure(width, 0.72 * width + 0.9)
    above, middle, below = made.subplots(3, 1, sharex=True, height_ratios=[5, 2, 2])
    windows = sorted({(row.window, row.marked) for curve in study.curves for row in curve.rows})
    place = {text: n for n, (_, text) in enumerate(windows)}
    marks: list[Artist] = []
    for n, curve in enumerate(study.curves):
        style = look(n)
        at = np.array([place[row.marked] for row in curve.rows]) + _APART * (n - (len(study.curves) - 1) / 2)
        marks.append(_differences(above, curve, at, style))
        for axes, values in (
            (middle, [row.credited for row in curve.rows]),
            (below, [row.label_age for row in curve.rows]),
        ):
            axes.plot(at, np.array(values, dtype=float), color=style.colour, marker=style.marker, markersize=4)
    if len(study.curves) == 1:
        _shade((above, middle, below), study.curves[0])
    _label(study, windows, (above, middle, below))
    if len(study.curves) > 1:
        legend(made, marks, [curve.name for curve in study.curves])
    if title:
        heading(made, title)
    return made


def _differences(axes: Axes, curve: WindowCurve, at: np.ndarray[Any, Any], style: Look) -> Artist:
    """Draw differences to the longest window; hollow marks are worse."""
    more = np.array([row.more for row in curve.rows], dtype=float)
    half = np.array([row.half for row in curve.rows], dtype=float)
    (line,) = axes.plot(at, more, color=style.colour, linewidth=1.2)
    axes.errorbar(at, more, np.nan_to_num(half), color=style.colour, linestyle="none", capsize=3)
    for x, y, row in zip(at, more, curve.rows, strict=True):
        fill = style.colour if row.flat else "white"
        axes.plot(x, y, marker=style.marker, color=style.colour, markerfacecolor=fill, markersize=6, linestyle="none")
    return line


def _shade(panels: tuple[Axes, ...], curve: WindowCurve) -> None:
    """Shade the windows that may be the best."""
    for axes in panels:
        for n, row in enumerate(curve.rows):
            if row.flat:
                axes.axvspan(n - 0.5, n + 0.5, color=MARK, alpha=0.35, linewidth=0)
    told = "shaded: may be the best; hollow: another window is known to be better"
    panels[0].annotate(told, (0.0, 1.0), xycoords="axes fraction", va="bottom", fontsize=8)


def _label(study: WindowStudy, windows: list[tuple[float, str]], panels: tuple[Axes, Axes, Axes]) -> None:
    above, middle, below = panels
    above.axhline(0.0, color=GREY, linewidth=1.0)
    above.set_ylabel(f"{study.words},\ndifference to the longest")
    middle.set(ylim=(0.0, 1.05), ylabel=f"{study.kind}s\ncredited")
    middle.yaxis.set_major_formatter(PercentFormatter(1.0))
    ages = [row.label_age for curve in study.curves for row in curve.rows if row.label_age is not None]
    durations(below, "y", 1.5 * max([60.0, *ages]))
    below.set_ylabel("age of\nlabels")
    below.set_xticks(range(len(windows)), [text.replace(" ", "\n") for _, text in windows])
    below.set_xlim(-0.5, len(windows) - 0.5)
    below.set_xlabel(f"attribution window: without a {study.kind} by then it counts as no")
