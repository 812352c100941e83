"""The figure of a verdict map: a panel for each push latency and agent that pushes, a cell for each world."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.paired.comparison import Comparison
from sim.analysis.paired.decisions import UNDECIDED
from sim.analysis.paired.verdict_map import BATCH, NOT_GUARANTEED, ONLINE, PUSHED, VerdictMap, frame
from sim.analysis.score import WORDS
from sim.lab.report.map_layout import Panel, panels_of, words
from sim.lab.report.text.comparison import as_csv
from sim.lab.report.text.verdict_map import show_map
from sim.lab.store.atomic import write_atomic

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from rich.console import Console

# Okabe & Ito's light colours, told apart with any colour vision, under black words: https://jfly.uni-koeln.de/color/
COLOURS = {ONLINE: "#56B4E9", BATCH: "#E69F00", PUSHED: "#CC79A7", UNDECIDED: "#E8E8E8", NOT_GUARANTEED: "#FFFFFF"}
_SIDE = 1.12  # inches across a cell
_LONG = 12  # letters; longer verdicts are written smaller
_LETTERS = 13.0  # of the heading in an inch, at most


def write_map(compared: Comparison, title: str, folder: Path, console: Console) -> list[str]:
    """Print the map of a sweep that makes one; write ``verdicts.csv`` and ``verdicts.png``.

    Returns:
        Where the figure is; nothing without a map.
    """
    if (found := compared.verdicts) is None:
        return []
    write_atomic(folder / "verdicts.csv", as_csv(frame(found)).encode())
    draw_map(found, title, folder / "verdicts.png")
    show_map(found, console)
    return [f"map     {folder / 'verdicts.png'}"]


def draw_map(found: VerdictMap, title: str, file: Path) -> None:
    """Write the map as PNG.

    Args:
        found: the map.
        title: what all runs have in common.
        file: where to.
    """
    from io import BytesIO

    from matplotlib.figure import Figure

    grid = panels_of(found)
    down, across = grid[0][0].down, grid[0][0].across
    wide, high = len(grid[0]) * len(across.levels) * _SIDE, len(grid) * len(down.levels) * 0.62
    figure = Figure(figsize=(max(wide + 1.2, 6.0), high + 0.5 * len(grid) + 1.5), dpi=150, layout="constrained")
    axes = figure.subplots(len(grid), len(grid[0]), sharex=True, sharey=True, squeeze=False)
    for row, column in product(range(len(grid)), range(len(grid[0]))):
        _draw(axes[row, column], grid[row][column])
    figure.supxlabel(across.name, fontsize=10)
    figure.supylabel(down.name, fontsize=10)
    heading = wrapped(f"{_heading(found)}\n{title}", figure.get_figwidth())
    figure.set_figheight(figure.get_figheight() + 0.17 * max(0, heading.count("\n") - 2))
    figure.suptitle(heading, fontsize=10)
    buffer = BytesIO()
    figure.savefig(buffer, format="png")
    write_atomic(file, buffer.getvalue())


def wrapped(text: str, inches: float) -> str:
    """Return a heading with its lines broken to fit a figure of that width."""
    from textwrap import fill

    return "\n".join(fill(line, int(_LETTERS * inches)) for line in text.splitlines())


def _heading(found: VerdictMap) -> str:
    online = ", ".join(dict.fromkeys(found.name(place.online) for place in found.places))
    several = len(found.contenders) > 1
    which = "the one above the panel" if several else found.contenders[0]
    return (
        f"Less regret: {online} (in place) or {' or '.join(found.contenders)}?\n"
        f"In a cell: {WORDS} of {which} less that of online.\n"
        f"Coloured where decided at 95 % after Holm's correction over all {len(found.places)} cells"
    )


def _draw(axis: Axes, panel: Panel) -> None:
    from matplotlib.patches import Rectangle

    rows, columns = panel.down.levels, panel.across.levels
    for (row, column), place in panel.cells.items():
        x, y = columns.index(column), rows.index(row)
        axis.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=COLOURS[place.verdict], edgecolor="white", lw=2))
        verdict, _, number = words(place).partition("\n")
        axis.text(
            x,
            y - 0.16,
            verdict,
            ha="center",
            va="center",
            fontsize=9 if len(verdict) < _LONG else 6.5,
            weight="bold" if place.decided else "normal",
        )
        axis.text(x, y + 0.2, number, ha="center", va="center", fontsize=8)
    axis.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    axis.set_xticks(range(len(columns)), [panel.across.short(one) for one in columns])
    axis.set_yticks(range(len(rows)), [panel.down.short(one) for one in rows])
    axis.set_title(panel.title, fontsize=10)
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
