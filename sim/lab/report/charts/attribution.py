"""The waterfall of an attribution: regret, delay by delay."""

from __future__ import annotations

from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.analysis.attribution.attribute import Attribution
from sim.analysis.attribution.decomposition import Decomposition, Estimate
from sim.analysis.attribution.sentences import places
from sim.analysis.attribution.twins import CAUSES
from sim.analysis.units import estimated
from sim.lab.report.charts.style import figure, heading, legend, styled
from sim.lab.report.palette import BLUE, GREEN, GREY, INK, VERMILLION

_WHOLE, _COST, _GAIN, _REST = GREY, VERMILLION, GREEN, BLUE
_ALONE: dict[str, Any] = {"marker": "D", "color": "white", "markeredgecolor": INK, "markersize": 5, "linestyle": ""}
ROWS = ("the run", *CAUSES, "learning")


@styled
def draw(found: Attribution, title: str, told: str) -> Figure:
    """Return the waterfall of the score."""
    made = figure(8.6, 4.4)
    axes = made.subplots()
    _bars(axes, found.split, places(found.score))
    axes.set_yticks(range(len(ROWS)), [row.replace("_", " ") for row in ROWS])
    axes.invert_yaxis()
    axes.set_xlabel(found.score)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    legend(made, key())
    heading(made, f"{title}\n{told}")
    return made


def key() -> list[Artist]:
    """Return samples of what the bars mean, with their words."""
    told = ((_COST, "costs regret"), (_GAIN, "less regret with it than without"))
    patches = [Patch(label=text, **_paint(colour)) for colour, text in told]
    return [*patches, Line2D([], [], **_ALONE, label="if only this were fixed")]


def _bars(axes: Axes, measure: Decomposition, digits: int) -> None:
    left = measure.regret.mean
    rights = [_bar(axes, 0, 0.0, measure.regret, _WHOLE, digits)]
    for row, cause in enumerate(CAUSES, 1):
        part = measure.parts[cause]
        _connect(axes, left, row)
        if part.mean or part.half:
            axes.plot(left - measure.alone[cause].mean, row, **_ALONE, zorder=3)
        left -= part.mean
        rights.append(_bar(axes, row, left, part, _COST if part.mean >= 0 else _GAIN, digits, left))
    _connect(axes, left, len(CAUSES) + 1)
    rights.append(_bar(axes, len(CAUSES) + 1, 0.0, measure.learning, _REST, digits))
    axes.set_xlim(0.0, 1.22 * max(rights) or 1.0)


def _connect(axes: Axes, at: float, row: int) -> None:
    axes.plot([at, at], [row - 1.31, row + 0.31], color=INK, linewidth=0.7, linestyle=":", zorder=2.5)


def _bar(
    axes: Axes, row: int, start: float, size: Estimate, colour: str, digits: int, moving: float | None = None
) -> float:
    """Draw a bar with interval and size; return its end."""
    end = start + size.mean
    at, half = end if moving is None else moving, size.half or 0.0
    axes.barh(row, size.mean, left=start, height=0.62, **_paint(colour))
    if half:
        axes.errorbar(at, row, xerr=half, color=INK, capsize=3, linewidth=1.0)
    right = max(start, end, at + half)
    axes.annotate(estimated(size, digits), (right, row), xytext=(7, 0), textcoords="offset points", va="center")
    return right


def _paint(colour: str) -> dict[str, Any]:
    """Return how a bar is filled; gains are hatched."""
    return {"facecolor": colour} | ({"hatch": "///", "edgecolor": "white", "linewidth": 0.0} if colour == _GAIN else {})
