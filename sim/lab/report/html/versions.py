"""The life of each version of one run: trained, pushed, live, superseded."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from sim.lab.report.html.curves import first, horizon
from sim.lab.report.html.markup import Safe, join, tag
from sim.lab.report.html.plot import BOTTOM, SHAPES, TOP, Plot, Style
from sim.lab.report.html.scales import Linear, unit_of
from sim.lab.report.html.selection import Drawn, legend_of
from sim.lab.store.run_folder import record_of

_MOST = 24
_GOOD = 20  # versions
_ROW = 13.0
# Okabe & Ito's colours; the width tells the phases apart as well
_TRAINING, _PUSHING, _LIVE = (
    Style("#E69F00", width=3.0),
    Style("#56B4E9", "3 2", width=3.0),
    Style("#009E73", width=8.0),
)
_GONE = Style("#D55E00", shape=SHAPES[5])
_PHASES = [("training", _TRAINING), ("pushing", _PUSHING), ("live", _LIVE)]


def told_of(shown: list[Drawn]) -> Drawn:
    """Return the one whose versions are worth a look: of those that push, the one with the most that can be shown."""

    def readable(one: Drawn) -> float:
        trained = one.contender.scores.get("versions/trained") or 0.0
        return abs(math.log(max(trained, 0.1) / _GOOD))

    return min((one for one in shown if one.contender.settings.get("ship") == "push"), key=readable, default=shown[0])


def timeline(one: Drawn) -> tuple[Safe, str]:
    """Return the figure for the first replication of a contender, and which versions it shows."""
    table = first(record_of(one.contender.records[0]).table("versions"))
    table = table[table["version"] > 0]
    rows = table.head(_MOST).to_dict("records")
    end = _end(table.head(_MOST), horizon(one.contender), len(table) > _MOST)
    size, unit = unit_of(end)
    height = max(len(rows), 3) * _ROW + TOP + BOTTOM
    top, bottom = (int(rows[0]["version"]), int(rows[-1]["version"])) if rows else (1, 1)
    y = Linear(max(bottom, top + 2) + 0.7, top - 0.7)
    plot = Plot(Linear(0.0, end / size), _Whole(y.low, y.high), unit, "version", height=height)
    for row in rows:
        _life(plot, {str(k): v for k, v in row.items()}, end, size)
    said = f"versions {top} to {bottom} of {int(table['version'].max())}" if len(table) > _MOST else "all versions"
    legends = [legend_of(_PHASES, marks=False)]
    if any(row["status"] == "superseded" for row in rows):
        legends.append(legend_of([("superseded", _GONE)], lines=False))
    figure = join([plot.svg("Versions over simulated time"), tag("div", *legends, class_="row")])
    return figure, said if rows else "no version was trained"


class _Whole(Linear):
    """A scale of whole numbers from the top down."""

    def ticks(self) -> list[tuple[float, str]]:
        low, high = int(np.ceil(self.high)), int(np.floor(self.low))
        step = max(1, (high - low + 1) // 6)
        return [(float(n), str(n)) for n in range(low, high + 1, step)]


def _end(table: pd.DataFrame, longest: float, cut: bool) -> float:
    """Return the end of the axis: the horizon, or the last thing that happens to the versions that are shown."""
    last = table[["trained_at", "live_at", "retired_at"]].max().max()
    return float(min(longest, 1.02 * last)) if cut and np.isfinite(last) else longest


def _life(plot: Plot, row: dict[str, Any], end: float, size: float) -> None:
    number, name = float(row["version"]), f"version {row['version']}: {row['status']}, {row['examples']} examples"
    trained, live = _or_none(row["trained_at"]), _or_none(row["live_at"])
    retired = _or_none(row["retired_at"])
    _span(plot, row["cutoff_at"], end if trained is None else trained, number, _TRAINING, size, name)
    if row["status"] == "superseded" and trained is not None:
        plot.point(trained / size, number, _GONE, name)
    elif trained is not None:
        _span(plot, trained, end if live is None else live, number, _PUSHING, size, name)
    if live is not None:
        _span(plot, live, end if retired is None else retired, number, _LIVE, size, name)


def _span(plot: Plot, start: float, stop: float, number: float, style: Style, size: float, name: str) -> None:
    plot.line(np.array([start, stop]) / size, np.array([number, number]), style, name)


def _or_none(value: Any) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)
