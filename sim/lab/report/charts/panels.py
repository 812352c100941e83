"""Maps, regret against staleness, and lives of versions."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from sim.analysis.score import WORDS
from sim.lab.report.charts.style import PAGE, bare, days, durations, figure, legend, line_of, styled, wrapped
from sim.lab.report.model import Heat, Life, Lives, MapPanel, MapReport, Scatter
from sim.lab.report.palette import BLUE, FILLS, GREEN, OCHRE, SOFT, VERMILLION
from sim.lab.report.units import digits

_LETTERS = 16  # of a level's name
_LEGIBLE = 0.55  # of the way from the lowest to the highest colour: dark from there on
_TRAINING: dict[str, Any] = {"color": OCHRE, "linewidth": 3.5}  # the width tells the phases apart as well
_PUSHING: dict[str, Any] = {"color": BLUE, "linewidth": 1.5}
_LIVE: dict[str, Any] = {"color": GREEN, "linewidth": 7.0}
_SUPERSEDED: dict[str, Any] = {"color": VERMILLION, "marker": "X", "linestyle": "", "markersize": 7}
_ROW = 0.16  # inches
_SIDE, _HIGH = 1.15, 0.55  # inches of a cell
_LEAST = 7.0  # inches across
_LINE = 0.185  # inches
_LONG = 12  # letters; longer verdicts are written smaller


@styled
def heat(found: Heat) -> Figure:
    """Return the map: a cell is a mean regret."""
    values = found.values
    made = figure(PAGE, 0.3 * len(values) + 0.9)
    axes = made.subplots()
    low, high = (float(one(values)) for one in (np.nanmin, np.nanmax)) if np.isfinite(values).any() else (0.0, 1.0)
    axes.pcolormesh(values, cmap="cividis_r", vmin=low, vmax=high, edgecolor="white", linewidth=1.5)
    for (row, column), value in np.ndenumerate(values):
        ink = "white" if value - low > _LEGIBLE * (high - low) else "black"
        text = digits(float(value)) if np.isfinite(value) else "-"
        axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=8, color=ink)
    axes.invert_yaxis()
    rows, columns = ([_short(tick) for tick in axis.ticks] for axis in (found.down, found.across))
    axes.set_yticks(np.arange(len(rows)) + 0.5, rows)
    axes.set_xticks(np.arange(len(columns)) + 0.5, columns)
    if sum(map(len, columns)) > 40:
        axes.tick_params(axis="x", labelrotation=30)
    bare(axes)
    axes.set_title(f"{WORDS}, dark is more", fontsize=9)
    axes.set(xlabel=found.across.name, ylabel=found.down.name)
    return made


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…"


@styled
def scatter(found: Scatter) -> Figure:
    """Return the figure of regret against data age."""
    made = figure(PAGE)
    axes = made.subplots()
    if found.front:
        axes.plot(*zip(*found.front, strict=True), color=SOFT, linestyle=":", linewidth=1.2)
    named: dict[str, Artist] = {}
    for one in found.points:
        (mark,) = axes.plot(one.age, one.regret, **line_of(one.look) | {"linestyle": "", "markersize": 7})
        named |= {one.name: mark} if one.name else {}
    axes.set(xlabel="mean age of the serving data", ylabel=WORDS)
    durations(axes, "x", 1.3 * max((one.age for one in found.points), default=1.0))
    axes.margins(y=0.1)
    legend(made, list(named.values()), list(named))
    return made


@styled
def lives(found: Lives) -> Figure:
    """Return the figure of versions over time, a row each."""
    made = figure(PAGE, _ROW * max(len(found.rows), 6) + 0.6)
    axes = made.subplots()
    for one in found.rows:
        _life(axes, one, found.end)
    axes.set_xlim(0.0, found.end or 1.0)
    numbers = [one.number for one in found.rows] or [1]
    axes.set_ylim(max(numbers[-1], numbers[0] + 2) + 0.7, numbers[0] - 0.7)
    axes.set_ylabel("version")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    days(axes.xaxis, found.end)
    told = {"training": _TRAINING, "pushing": _PUSHING, "live": _LIVE}
    told |= {"superseded": _SUPERSEDED} if any(one.superseded for one in found.rows) else {}
    legend(made, [axes.plot([], [], **looks)[0] for looks in told.values()], list(told))
    return made


def _life(axes: Axes, one: Life, end: float) -> None:
    phases = [(one.cutoff_at, one.trained_at, _TRAINING), (one.live_at, one.retired_at, _LIVE)]
    if one.superseded:
        axes.plot(one.trained_at, one.number, **_SUPERSEDED)
    else:
        phases.insert(1, (one.trained_at, one.live_at, _PUSHING))
    for start, stop, looks in phases:
        if start < end:
            axes.plot([start, stop], [one.number, one.number], **looks, solid_capstyle="butt")


@styled
def verdicts(found: MapReport, title: str) -> Figure:
    """Return the figure of a map with its explanation."""
    rows, columns = len(found.panels), len(found.panels[0])
    width = max(columns * len(found.across.ticks) * _SIDE + 1.2, _LEAST)
    told = "\n".join(wrapped(line, width) for line in (*found.explained, title))
    above = _LINE * (told.count("\n") + 2)
    made = figure(width, above + rows * (len(found.down.ticks) * _HIGH + 0.5) + 1.0)
    made.text(0.015, 1.0 - 0.06 / made.get_figheight(), found.title, fontsize=11, weight="bold", va="top")
    made.suptitle(f"\n{told}", x=0.015, ha="left", linespacing=1.35, fontsize=9)
    axes = made.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for row, column in product(range(rows), range(columns)):
        _panel(axes[row, column], found, found.panels[row][column])
    for one in axes[-1]:
        one.set_xlabel(found.across.name)
    for one in axes[:, 0]:
        one.set_ylabel(found.down.name)
    key = [Patch(facecolor=FILLS[one], edgecolor=SOFT, linewidth=0.5, label=text) for one, text in found.legend]
    made.legend(handles=key, loc="outside lower center", ncols=2)
    return made


def _panel(axes: Axes, found: MapReport, panel: MapPanel) -> None:
    for y, row in enumerate(panel.cells):
        for x, cell in enumerate(row):
            if cell is None:
                continue
            axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=FILLS[cell.verdict], edgecolor="white", lw=2))
            size, weight = 9 if len(cell.verdict) < _LONG else 6.5, "bold" if cell.decided else "normal"
            axes.text(x, y - 0.18, cell.verdict, ha="center", va="center", fontsize=size, weight=weight)
            axes.text(x, y + 0.2, cell.difference.text, ha="center", va="center", fontsize=8)
    columns, rows = found.across.ticks, found.down.ticks
    axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    axes.set_title(panel.title)
    bare(axes)
