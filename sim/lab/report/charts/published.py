"""A published table beside the same table measured here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.lab.report.charts.style import FILE, figure, heading, legend, styled
from sim.lab.report.palette import GREY, look

if TYPE_CHECKING:
    import pandas as pd

_WIDE = 20.0  # largest over least number from which on the axis is logarithmic
_SAID: Any = {"linestyle": "none", "marker": "_", "markersize": 16, "markeredgewidth": 2}
_APART = 0.5  # of a column, for all rows together


@styled
def draw(cells: pd.DataFrame, title: str) -> Figure:
    """Draw each cell: what was published, what was measured.

    Args:
        cells: see `sim.analysis.published.Comparison`.
        title: above the figure.
    """
    made = figure(FILE, 0.5 * FILE)
    axes = made.subplots()
    rows, columns = cells["row"].unique(), list(cells["column"].unique())
    places = np.arange(len(columns), dtype=np.float64)
    handles: list[Artist] = [Line2D([], [], color=GREY, **_SAID)]
    for n, row in enumerate(rows):
        own, style = cells[cells["row"] == row].set_index("column").loc[columns], look(n)
        numbers = own[["published", "measured", "low", "high"]].astype(float)
        at = places + _APART * ((n + 0.5) / len(rows) - 0.5)
        axes.plot(at, numbers["published"], color=style.colour, **_SAID)
        reach = np.abs(numbers[["low", "high"]].sub(numbers["measured"], axis=0)).to_numpy().T
        mark: Any = {"color": style.colour, "marker": style.marker, "markersize": 5, "linestyle": "none"}
        axes.errorbar(at, numbers["measured"], reach, capsize=3, **mark)
        handles.append(Line2D([], [], **mark))
    known = cells[["published", "measured"]].astype(float).to_numpy()
    known = known[np.isfinite(known)]
    if known.size and known.min() > 0 and known.max() > _WIDE * known.min():
        axes.set_yscale("log")
    axes.set_xticks(places, columns)
    axes.set_xlim(-0.6, len(columns) - 0.4)
    scores = cells["score"].unique()
    axes.set_ylabel(scores[0] if len(scores) == 1 else "score")
    legend(made, handles, ["published", *(f"{row}, measured ± 95 %" for row in rows)])
    heading(made, title)
    return made
