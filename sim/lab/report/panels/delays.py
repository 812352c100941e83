"""The distribution functions of delays."""

from __future__ import annotations

from matplotlib.figure import Figure

from sim.analysis.report.delay_laws import LinesOfDelays
from sim.lab.report.charts.style import durations, styled
from sim.lab.report.panels._lines import single
from sim.lab.report.panels.base import Panel


class Delays(LinesOfDelays, Panel):
    """Shares of events that have come, by delay."""

    title = "Delays"
    order = 60

    @styled
    def draw(self) -> Figure:
        """Return the distribution functions of delays."""
        made, axes = single(self.lines)
        axes.set(xlabel="delay", ylabel="share that has come", ylim=(0.0, 1.02))
        durations(axes, "x", self.longest, 1.0)
        return made
