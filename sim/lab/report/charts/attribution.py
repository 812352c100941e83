"""The waterfall of an attribution: regret, delay by delay."""

from __future__ import annotations

from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.analysis.attribution.attribute import Attribution
from sim.analysis.attribution.waterfall import COST, GAIN, REST, WHOLE, Bar, bars
from sim.analysis.score import axis_title
from sim.lab.report.charts.style import figure, heading, legend, styled
from sim.lab.report.palette import BLUE, GREEN, GREY, INK, VERMILLION

_PAINT: dict[str, Any] = {
    WHOLE: {"facecolor": GREY},
    COST: {"facecolor": VERMILLION},
    GAIN: {"facecolor": GREEN, "hatch": "///", "edgecolor": "white", "linewidth": 0.0},
    REST: {"facecolor": BLUE},
}
_ALONE: dict[str, Any] = {"marker": "D", "color": "white", "markeredgecolor": INK, "markersize": 5, "linestyle": ""}


@styled
def draw(found: Attribution, title: str, told: str) -> Figure:
    """Return the waterfall of the score."""
    made = figure(8.6, 4.4)
    axes, own = made.subplots(), list(bars(found))
    for row, bar in enumerate(own):
        _bar(axes, row, bar)
    axes.set_xlim(0.0, 1.22 * max(bar.right for bar in own) or 1.0)
    axes.set_yticks(range(len(own)), [bar.name for bar in own])
    axes.invert_yaxis()
    axes.set_xlabel(axis_title(found.score))
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    legend(made, key())
    heading(made, f"{title}\n{told}")
    return made


def key() -> list[Artist]:
    """Return samples of what the bars mean, with their words."""
    told = {COST: "costs regret", GAIN: "less regret with it than without"}
    patches = [Patch(label=text, **_PAINT[kind]) for kind, text in told.items()]
    return [*patches, Line2D([], [], **_ALONE, label="if only this were fixed")]


def _bar(axes: Axes, row: int, bar: Bar) -> None:
    """Draw a bar with interval, joined to the one above."""
    if bar.above is not None:
        axes.plot([bar.above] * 2, [row - 1.31, row + 0.31], color=INK, linewidth=0.7, linestyle=":", zorder=2.5)
    if bar.alone is not None:
        axes.plot(bar.alone, row, **_ALONE, zorder=3)
    axes.barh(row, bar.size.mean, left=bar.start, height=0.62, **_PAINT[bar.kind])
    if bar.size.half:
        axes.errorbar(bar.at, row, xerr=bar.size.half, color=INK, capsize=3, linewidth=1.0)
    axes.annotate(bar.text, (bar.right, row), xytext=(7, 0), textcoords="offset points", va="center")
