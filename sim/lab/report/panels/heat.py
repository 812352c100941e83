"""Mean regret by two settings."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from sim.analysis.report.heat import HeatMap
from sim.analysis.score import TITLE, WORDS
from sim.lab.report.charts.style import PAGE, bare, figure, heading, styled
from sim.lab.report.panels.base import Panel

_LETTERS = 16  # of a level's name
_LEGIBLE = 0.55  # of the way from the lowest to the highest colour: dark from there on


class Heat(HeatMap, Panel):
    """Mean regret by two settings, ``(rows, columns)``."""

    title = f"{TITLE} by two settings"
    order = 30

    @styled
    def draw(self) -> Figure:
        """Return the map: a cell is a mean regret."""
        values, intervals = self.values, bool(np.isfinite(self.halves).any())
        made = figure(PAGE, (0.4 if intervals else 0.3) * len(values) + 0.9)
        axes = made.subplots()
        low, high = (float(one(values)) for one in (np.nanmin, np.nanmax)) if np.isfinite(values).any() else (0.0, 1.0)
        axes.pcolormesh(values, cmap="cividis_r", vmin=low, vmax=high, edgecolor="white", linewidth=1.5)
        for (row, column), text in np.ndenumerate(np.array(self.texts())):
            ink = "white" if values[row, column] - low > _LEGIBLE * (high - low) else "black"
            axes.text(
                column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=7 if intervals else 8, color=ink
            )
        axes.invert_yaxis()
        rows, columns = ([_short(tick) for tick in axis.ticks] for axis in (self.down, self.across))
        axes.set_yticks(np.arange(len(rows)) + 0.5, rows)
        axes.set_xticks(np.arange(len(columns)) + 0.5, columns)
        if sum(map(len, columns)) > 40:
            axes.tick_params(axis="x", labelrotation=30)
        bare(axes)
        axes.set(xlabel=self.across.name, ylabel=self.down.name)
        heading(made, f"{WORDS}{' ± 95 % interval' if intervals else ''}; dark is more")
        return made


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…"
