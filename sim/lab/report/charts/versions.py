"""The life of each version of one run: trained, pushed, live, superseded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.lab.report.charts.style import PAGE, days, figure, legend, styled
from sim.lab.report.palette import BLUE, GREEN, OCHRE, VERMILLION
from sim.lab.report.selection import Series
from sim.lab.report.series import DAY, first, horizon
from sim.lab.store.run_folder import record_of

_MOST = 24
_GOOD = 20  # versions
# the width tells the phases apart as well
_TRAINING: dict[str, Any] = {"color": OCHRE, "linewidth": 3.5}
_PUSHING: dict[str, Any] = {"color": BLUE, "linewidth": 1.5}
_LIVE: dict[str, Any] = {"color": GREEN, "linewidth": 7.0}
_SUPERSEDED: dict[str, Any] = {"color": VERMILLION, "marker": "X", "linestyle": "", "markersize": 7}
_ROW = 0.16  # inches


@dataclass(frozen=True)
class Lives:
    """The first versions of a run.

    Attributes:
        rows: of its table of versions.
        end: of the axis in seconds.
        note: which versions these are.
    """

    rows: tuple[dict[str, Any], ...]
    end: float
    note: str


def worth_a_look(shown: Sequence[Series]) -> Series:
    """Return the one whose versions are drawn: of those that push, the one with the most that can be shown."""

    def readable(one: Series) -> float:
        trained = one.contender.scores.get("versions/trained") or 0.0
        return abs(math.log(max(trained, 0.1) / _GOOD))

    return min((one for one in shown if one.contender.settings.get("ship") == "push"), key=readable, default=shown[0])


def lives(one: Series) -> Lives:
    """Return the lives of the first versions of the first replication of a contender."""
    table = first(record_of(one.contender.records[0]).table("versions"))
    table = table[table["version"] > 0]
    kept = table.head(_MOST)
    end, last = horizon(one.contender), kept[["trained_at", "live_at", "retired_at"]].max().max()
    if (cut := len(table) > _MOST) and np.isfinite(last):
        end = min(end, 1.02 * float(last))
    rows = tuple({str(key): value for key, value in row.items()} for row in kept.to_dict("records"))
    if not rows:
        return Lives(rows, end, "no version was trained")
    span = f"versions {rows[0]['version']} to {rows[-1]['version']} of {int(table['version'].max())}"
    return Lives(rows, end, span if cut else "all versions")


@styled
def draw(found: Lives) -> Figure:
    """Return the lives of versions over simulated time, a row each."""
    made = figure(PAGE, _ROW * max(len(found.rows), 6) + 0.6)
    axes = made.subplots()
    for row in found.rows:
        _life(axes, row, found.end)
    axes.set_xlim(0.0, max(found.end, 1.0) / DAY)
    numbers = [int(row["version"]) for row in found.rows] or [1]
    axes.set_ylim(max(numbers[-1], numbers[0] + 2) + 0.7, numbers[0] - 0.7)
    axes.set_ylabel("version")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    days(axes.xaxis, found.end / DAY)
    told = [(_TRAINING, "training"), (_PUSHING, "pushing"), (_LIVE, "live")]
    told += [(_SUPERSEDED, "superseded")] * any(row.get("status") == "superseded" for row in found.rows)
    legend(made, [axes.plot([], [], **looks)[0] for looks, _ in told], [name for _, name in told])
    return made


def _life(axes: Axes, row: dict[str, Any], end: float) -> None:
    number = float(row["version"])
    trained, live, retired = (_or_end(row[name], end) for name in ("trained_at", "live_at", "retired_at"))
    phases = [(float(row["cutoff_at"]), trained, _TRAINING), (live, retired, _LIVE)]
    if row.get("status") == "superseded":
        axes.plot(trained / DAY, number, **_SUPERSEDED)
    else:
        phases.insert(1, (trained, live, _PUSHING))
    for start, stop, looks in phases:
        if start < end:
            axes.plot([start / DAY, stop / DAY], [number, number], **looks, solid_capstyle="butt")


def _or_end(value: Any, end: float) -> float:
    return end if value is None or not np.isfinite(value) else float(value)
