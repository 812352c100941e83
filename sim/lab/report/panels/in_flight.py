"""Impressions whose outcome is not known yet, over time."""

from __future__ import annotations

from matplotlib.figure import Figure

from sim.analysis.report.in_flight import LinesInFlight
from sim.analysis.report.lines import top_of
from sim.lab.report.charts.style import styled
from sim.lab.report.panels._lines import add_marks, over_days, single
from sim.lab.report.panels.base import Panel


class InFlight(LinesInFlight, Panel):
    """Impressions under way by day."""

    title = "Feedback in flight"
    order = 50

    @styled
    def draw(self) -> Figure:
        """Return how many impressions are under way over time."""
        made, axes = single(self.lines)
        axes.set_ylabel("impressions under way")
        axes.set_ylim(0.0, top_of(self.lines))
        over_days(axes, self.lines)
        add_marks(axes, self.marks, named=True)
        return made
