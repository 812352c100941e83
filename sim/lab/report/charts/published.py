"""A published table beside the same table measured here."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from sim.analysis.published_table import Published
from sim.analysis.report.model import Answer
from sim.analysis.score import axis_title
from sim.lab.report.charts.style import FILE, footnote, headed, legend, styled, wrapped
from sim.lab.report.palette import GREY, look
from sim.lazy import pd

_WIDE = 20.0  # largest over least number from which on the axis is logarithmic
_SAID: Any = {"linestyle": "none", "marker": "_", "markersize": 16, "markeredgewidth": 2}
_INTERVAL: Any = {"linestyle": "none", "marker": "|", "markersize": 10, "markeredgewidth": 1.5}
_APART = 0.5  # of a column, for all rows together


@styled
def draw(cells: pd.DataFrame, table: Published, answer: Answer) -> Figure:
    """Draw each cell: what was published, what was measured.

    Each score has axes of its own. Numbers that were published of another world are not drawn.

    Args:
        cells: see `sim.analysis.published.Comparison`.
        table: what was published.
        answer: what was found, with what is above and below the figure.
    """
    made = headed(FILE, 0.45 * FILE, answer.question, answer.told)
    scores, rows = cells["score"].unique(), list(cells["row"].unique())
    with_published = not table.only_orders and bool(cells["published"].notna().any())
    for score, axes in zip(scores, made.subplots(1, len(scores), squeeze=False)[0], strict=True):
        _draw(axes, cells[cells["score"] == score], rows, with_published)
        axes.set_ylabel(axis_title(score))
        axes.set_xlabel(wrapped(table.across_in_words(), FILE / len(scores)))
    handles: list[Artist] = [Line2D([], [], color=GREY, label="published", **_SAID)] if with_published else []
    handles.append(Line2D([], [], color=GREY, label="measured here, 95 % interval", **_INTERVAL))
    legend(made, [*handles, *(Line2D([], [], label=row, **_mark(n)) for n, row in enumerate(rows))])
    footnote(made, answer.about)
    return made


def _draw(axes: Axes, cells: pd.DataFrame, rows: list[str], with_published: bool) -> None:
    """Draw one score's cells, a place for each column."""
    columns = list(cells["column"].unique())
    places = np.arange(len(columns), dtype=np.float64)
    for n, row in enumerate(rows):
        own = cells[cells["row"] == row].set_index("column").reindex(columns)
        numbers = own[["published", "measured", "low", "high"]].astype(float)
        at = places + _APART * ((n + 0.5) / len(rows) - 0.5)
        if with_published:
            axes.plot(at, numbers["published"], color=look(n).colour, **_SAID)
        reach = np.abs(numbers[["low", "high"]].to_numpy().T - numbers["measured"].to_numpy())
        axes.errorbar(at, numbers["measured"], reach, capsize=3, **_mark(n))
    known = cells[["low", "measured", *(["published"] if with_published else [])]].astype(float).to_numpy()
    known = known[np.isfinite(known)]
    if known.size and known.min() > 0 and known.max() > _WIDE * known.min():
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_xticks(places, columns)
    axes.set_xlim(-0.6, len(columns) - 0.4)


def _mark(n: int) -> dict[str, Any]:
    """Return the mark of a row as matplotlib's keywords."""
    style = look(n)
    return {"color": style.colour, "marker": style.marker, "markersize": 5, "linestyle": "none"}
