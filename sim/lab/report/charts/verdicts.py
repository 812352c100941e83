"""The figure of a verdict map: a panel for each push latency and agent that pushes, a cell for each world."""

from __future__ import annotations

from itertools import product

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from sim.analysis.paired.decisions import UNDECIDED
from sim.analysis.paired.verdict_map import BATCH, NOT_GUARANTEED, ONLINE, PUSHED, VerdictMap
from sim.lab.report.charts.style import figure, styled, wrapped
from sim.lab.report.map_layout import TITLE, Panel, explained, panels_of, words
from sim.lab.report.palette import GREY_FILL, NO_FILL, ORANGE_FILL, PINK_FILL, SKY_FILL, SOFT

FILLS = {ONLINE: SKY_FILL, BATCH: ORANGE_FILL, PUSHED: PINK_FILL, UNDECIDED: GREY_FILL, NOT_GUARANTEED: NO_FILL}
_SIDE, _HIGH = 1.15, 0.55  # inches of a cell
_LEAST = 7.0  # inches across
_LINE = 0.185  # inches
_LONG = 12  # letters; longer verdicts are written smaller


@styled
def draw(found: VerdictMap, title: str) -> Figure:
    """Return the map, with what a stranger must know to read it.

    Args:
        found: the map.
        title: what all runs have in common.
    """
    grid = panels_of(found)
    down, across = grid[0][0].down, grid[0][0].across
    width = max(len(grid[0]) * len(across.levels) * _SIDE + 1.2, _LEAST)
    told = "\n".join(wrapped(line, width) for line in (*explained(found), title))
    above = _LINE * (told.count("\n") + 2)
    made = figure(width, above + len(grid) * (len(down.levels) * _HIGH + 0.5) + 1.0)
    made.text(0.015, 1.0 - 0.06 / made.get_figheight(), TITLE, fontsize=11, weight="bold", va="top")
    made.suptitle(f"\n{told}", x=0.015, ha="left", linespacing=1.35, fontsize=9)
    axes = made.subplots(len(grid), len(grid[0]), sharex=True, sharey=True, squeeze=False)
    for row, column in product(range(len(grid)), range(len(grid[0]))):
        _panel(axes[row, column], grid[row][column])
    for one in axes[-1]:
        one.set_xlabel(across.name)
    for one in axes[:, 0]:
        one.set_ylabel(down.name)
    made.legend(handles=_key(found), loc="outside lower center", ncols=2)
    return made


def _key(found: VerdictMap) -> list[Patch]:
    """Return a sample of each colour with what it says."""
    agents = {place.contender: place.batch for place in found.places}
    told = {ONLINE: "online is better"}
    told |= {word: f"{word} ({found.name(one)}) is better" for word, one in agents.items()}
    others = {UNDECIDED, *(place.verdict for place in found.places)} - set(told)
    told |= {verdict: verdict for verdict in sorted(others, reverse=True)}
    return [Patch(facecolor=FILLS[one], edgecolor=SOFT, linewidth=0.5, label=text) for one, text in told.items()]


def _panel(axes: Axes, panel: Panel) -> None:
    rows, columns = panel.down.levels, panel.across.levels
    for (row, column), place in panel.cells.items():
        x, y = columns.index(column), rows.index(row)
        axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=FILLS[place.verdict], edgecolor="white", lw=2))
        verdict, _, number = words(place).partition("\n")
        size, weight = 9 if len(verdict) < _LONG else 6.5, "bold" if place.decided else "normal"
        axes.text(x, y - 0.18, verdict, ha="center", va="center", fontsize=size, weight=weight)
        axes.text(x, y + 0.2, number, ha="center", va="center", fontsize=8)
    axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    axes.set_xticks(range(len(columns)), [panel.across.short(one) for one in columns])
    axes.set_yticks(range(len(rows)), [panel.down.short(one) for one in rows])
    axes.set_title(panel.title)
    axes.grid(visible=False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
