"""A heat map of regret over two settings."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from sim.analysis.score import WORDS
from sim.lab.report.charts.style import PAGE, figure, styled
from sim.lab.report.figures.model import Heat
from sim.lab.report.units import digits

_LETTERS = 16  # of a level's name
_LEGIBLE = 0.55  # of the way from the lowest to the highest colour: dark from there on


@styled
def draw(found: Heat) -> Figure:
    """Return the map: a cell is a mean regret."""
    values = found.values
    made = figure(PAGE, 0.3 * len(values) + 0.9)
    axes = made.subplots()
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
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
    axes.tick_params(length=0)
    axes.set_title(f"{WORDS}, dark is more", fontsize=9)
    axes.set(xlabel=found.across.name, ylabel=found.down.name)
    return made


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…"
