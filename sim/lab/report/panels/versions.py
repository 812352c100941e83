"""The lives of versions: training, on their way, live."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.analysis.report.version_lives import Life, Lives
from sim.lab.report.charts.style import PAGE, days, figure, legend, styled
from sim.lab.report.palette import BLUE, GREEN, OCHRE, VERMILLION
from sim.lab.report.panels.base import Panel

_TRAINING: dict[str, Any] = {"color": OCHRE, "linewidth": 3.5}  # the width tells the phases apart as well
_PUSHING: dict[str, Any] = {"color": BLUE, "linewidth": 1.5}
_LIVE: dict[str, Any] = {"color": GREEN, "linewidth": 7.0}
_SUPERSEDED: dict[str, Any] = {"color": VERMILLION, "marker": "X", "linestyle": "", "markersize": 7}
_ROW = 0.16  # inches


class Versions(Lives, Panel):
    """The first versions of a run up to some day."""

    title = "Versions"
    order = 40

    @styled
    def draw(self) -> Figure:
        """Return the figure of versions over time, a row each."""
        made = figure(PAGE, _ROW * max(len(self.rows), 6) + 0.6)
        axes = made.subplots()
        for one in self.rows:
            _life(axes, one, self.end)
        axes.set_xlim(0.0, self.end or 1.0)
        numbers = [one.number for one in self.rows] or [1]
        axes.set_ylim(max(numbers[-1], numbers[0] + 2) + 0.7, numbers[0] - 0.7)
        axes.set_ylabel("version")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
        days(axes.xaxis, self.end)
        told = {"training": _TRAINING, "pushing": _PUSHING, "live": _LIVE}
        told |= {"superseded or rejected": _SUPERSEDED} if any(one.superseded for one in self.rows) else {}
        legend(made, [axes.plot([], [], **looks)[0] for looks in told.values()], list(told))
        return made


def _life(axes: Axes, one: Life, end: float) -> None:
    phases = [(one.cutoff_at, one.trained_at, _TRAINING), (one.live_at, one.retired_at, _LIVE)]
    if one.superseded:
        axes.plot(one.trained_at, one.number, **_SUPERSEDED)
    else:
        phases.insert(1, (one.trained_at, one.live_at, _PUSHING))
    for start, stop, looks in phases:
        if start < end:
            axes.plot([start, stop], [one.number, one.number], **looks, solid_capstyle="butt")
