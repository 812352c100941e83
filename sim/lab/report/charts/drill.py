"""Regret that an incident adds, a line a protection."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.analysis.bands import DAY
from sim.analysis.drill.drill import Drill
from sim.analysis.drill.sides import STEPS, Gap
from sim.analysis.report.incident_marks import marks_of
from sim.lab.report.charts.style import days, headed, legend, line_of, styled
from sim.lab.report.palette import INK, look
from sim.lab.report.panels._incidents import add_marks

_HOUR = 3600.0


@styled
def draw(drill: Drill, title: str, told: str) -> Figure:
    """Return the figure: the difference over time, and added up."""
    made = headed(8.0, 5.2, title, told)
    above, below = made.subplots(2, 1, sharex=True)
    ends = (np.arange(STEPS) + 1) * drill.step / DAY
    keys: list[Artist] = []
    for n, side in enumerate(drill.sides):
        own = line_of(look(n)) | {"marker": "", "label": side.name or "without protection"}
        keys.append(Line2D([], [], **own))
        for axes, gaps, scale, middle in (
            (above, side.steps(), _HOUR / drill.step, 0.5 * drill.step / DAY),
            (below, side.running(), 1.0, 0.0),
        ):
            low, mean, high = (scale * np.array(values) for values in zip(*map(_ends, gaps), strict=True))
            axes.plot(ends - middle, mean, **own)
            axes.fill_between(ends - middle, low, high, color=own["color"], alpha=0.15, linewidth=0)
    for axes in (above, below):
        axes.axhline(0.0, color=INK, linewidth=0.8)
        add_marks(axes, marks_of([drill.incident]), named=axes is above)
        axes.set_xlim(0.0, drill.horizon / DAY)
    above.set_ylabel(f"more regret,\n{drill.unit} an hour")
    below.set_ylabel(f"added up,\n{drill.unit}")
    days(below.xaxis, drill.horizon / DAY)
    legend(made, keys)
    return made


def _ends(gap: Gap) -> tuple[float, float, float]:
    return gap.low, gap.mean, gap.high
