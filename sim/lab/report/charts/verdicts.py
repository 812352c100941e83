"""The verdict map."""

from __future__ import annotations

from itertools import product

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from sim.analysis.report.model import MapPanel, MapReport
from sim.lab.report.charts.style import bare, headed, styled, wrapped
from sim.lab.report.palette import FILLS, SOFT

_SIDE, _HIGH = 1.15, 0.55  # inches of a cell
_LEAST = 7.0  # inches across
_LONG = 15  # letters; longer verdicts are written smaller


@styled
def draw(found: MapReport, heading: str) -> Figure:
    """Return the figure of a map below its heading.

    The first line of the heading is bold.
    """
    rows, columns = len(found.panels), len(found.panels[0])
    width = max(columns * len(found.across.ticks) * _SIDE + 1.2, _LEAST)
    high = rows * (len(found.down.ticks) * _HIGH + 0.5) + 1.0
    title, _, told = heading.partition("\n")
    made = headed(width, high, title, told)
    axes = made.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for row, column in product(range(rows), range(columns)):
        _panel(axes[row, column], found, found.panels[row][column])
    for one in axes[-1]:
        one.set_xlabel(wrapped(found.across.name, _SIDE * len(found.across.ticks)))
    for one in axes[:, 0]:
        one.set_ylabel(wrapped(found.down.name, _HIGH * len(found.down.ticks) + 0.5))
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
    axes.set_title(wrapped(panel.title, 0.9 * _SIDE * len(columns)))
    bare(axes)
