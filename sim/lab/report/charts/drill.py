"""Regret that an incident adds, a line a protection."""

from __future__ import annotations

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from sim.analysis.bands import DAY
from sim.analysis.drill.drill import Drill
from sim.analysis.drill.lines import lines, made_good
from sim.analysis.report.incident_marks import marks_of
from sim.lab.report.charts.style import days, headed, legend, styled
from sim.lab.report.palette import INK
from sim.lab.report.panels._lines import add_lines, add_marks

_BEFORE = 0.1  # of the horizon, to be seen before the incident


@styled
def draw(drill: Drill, title: str, told: str) -> Figure:
    """Return the figure: the difference over time, and added up."""
    made = headed(8.0, 5.2, title, told)
    above, below = made.subplots(2, 1, sharex=True)
    rates, totals = lines(drill)
    keys: list[Artist] = [*add_lines(above, rates)]
    add_lines(below, totals)
    if points := made_good(drill):
        at, heights = zip(*points, strict=True)
        keys += below.plot(at, heights, color=INK, linestyle="", marker="*", markersize=11, zorder=4, label="made good")
    for axes in (above, below):
        axes.axhline(0.0, color=INK, linewidth=0.8)
        add_marks(axes, marks_of([drill.incident]), named=axes is above)
        axes.set_xlim(max(0.0, drill.incident.at - _BEFORE * drill.horizon) / DAY, drill.horizon / DAY)
    above.set_ylabel(f"more regret,\n{drill.unit} an hour")
    below.set_ylabel(f"added up,\n{drill.unit}")
    days(below.xaxis, drill.horizon / DAY)
    legend(made, keys)
    return made
