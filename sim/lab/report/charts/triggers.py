"""The alarms of a drift trigger over time, by replication."""

from __future__ import annotations

from matplotlib.figure import Figure

from sim.analysis.triggers.events import frame
from sim.analysis.triggers.pooled import DAY
from sim.analysis.triggers.triggers import Triggers
from sim.lab.report.charts.style import FILE, days, headed, legend, styled
from sim.lab.report.palette import GREEN, GREY, INK, VERMILLION

_MARKS = {  # of events: marker, colour, size, label
    "other retrain": ("|", GREY, 7, "other retrain: first data, or the data have doubled"),
    "detection": ("o", GREEN, 7, "alarm that detects a shift"),
    "false alarm": ("X", VERMILLION, 8, "false alarm"),
}


@styled
def draw(found: Triggers, title: str, told: str) -> Figure:
    """Draw shifts as lines and retrains as marks."""
    many, events = len(found.trigger), frame(found)
    made = headed(FILE, 1.5 + 0.24 * many, title, told)
    axes = made.subplots()
    keys = []
    for shift in found.pooled.replications[0].shifts / DAY:
        line = axes.axvline(shift, color=INK, linewidth=1.4, label="shift")
        keys = [line]
    for event, (marker, colour, size, label) in _MARKS.items():
        own = events[events["event"] == event]
        keys += axes.plot(
            own["at"] / DAY, own["replication"], marker=marker, linestyle="", color=colour, markersize=size, label=label
        )
    longest = found.pooled.replications[0].horizon / DAY
    axes.set_xlim(0.0, longest)
    axes.set_ylim(many - 0.4, -0.6)
    axes.set_yticks(range(many), [str(n) for n in range(many)])
    axes.set_ylabel("replication")
    axes.grid(visible=False, axis="x")
    days(axes.xaxis, longest)
    legend(made, keys)
    return made
