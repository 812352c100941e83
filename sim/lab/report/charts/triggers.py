"""The alarms of a drift trigger over time, by replication."""

from __future__ import annotations

from matplotlib.figure import Figure

from sim.analysis.triggers.pooled import DAY
from sim.analysis.triggers.triggers import Triggers
from sim.lab.report.charts.style import FILE, days, headed, legend, styled
from sim.lab.report.palette import GREEN, GREY, INK, VERMILLION

_MARKS = {  # marker, colour, size
    "other retrain: first data, or the data have doubled": ("|", GREY, 7),
    "alarm that detects a shift": ("o", GREEN, 7),
    "false alarm": ("X", VERMILLION, 8),
}


@styled
def draw(found: Triggers, title: str, told: str) -> Figure:
    """Draw shifts as lines and retrains as marks."""
    many = len(found.trigger)
    made = headed(FILE, 1.5 + 0.24 * many, title, told)
    axes = made.subplots()
    keys = []
    for shift in found.pooled.replications[0].shifts / DAY:
        line = axes.axvline(shift, color=INK, linewidth=1.4, label="shift")
        keys = [line]
    for label, (marker, colour, size) in _MARKS.items():
        across, up = _places(found, label)
        keys += axes.plot(across, up, linestyle="", marker=marker, color=colour, markersize=size, label=label)
    longest = found.pooled.replications[0].horizon / DAY
    axes.set_xlim(0.0, longest)
    axes.set_ylim(many - 0.4, -0.6)
    axes.set_yticks(range(many), [str(n) for n in range(many)])
    axes.set_ylabel("replication")
    axes.grid(visible=False, axis="x")
    days(axes.xaxis, longest)
    legend(made, keys)
    return made


def _places(found: Triggers, label: str) -> tuple[list[float], list[int]]:
    """Return days and replications of marks."""
    kinds = list(_MARKS)
    across, up = [], []
    for n, (run, one) in enumerate(zip(found.trigger, found.pooled.replications, strict=True)):
        others = [at for at in run.retrains.tolist() if at not in set(run.alarms.tolist())]
        at = dict(zip(kinds, (others, one.detected[one.seen].tolist(), one.false.tolist()), strict=True))[label]
        across += [instant / DAY for instant in at]
        up += [n] * len(at)
    return across, up
