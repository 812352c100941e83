"""What the dashboard shows of each day, beside the truth."""

from __future__ import annotations

from matplotlib.figure import Figure

from sim.analysis.as_seen.lines import LinesAsSeen
from sim.analysis.report.lines import top_of
from sim.lab.report.charts.style import PAGE, heading, styled
from sim.lab.report.panels._lines import over_days, single
from sim.lab.report.panels.base import Panel


class AsSeen(LinesAsSeen, Panel):
    """Rates by day, in truth and as seen."""

    title = "What does the dashboard hide?"
    order = 20

    @styled
    def draw(self, title: str = "", width: float = PAGE) -> Figure:
        """Draw truth and dashboard over time."""
        made, axes = single(self.lines, width)
        axes.set_ylabel(f"{self.kind}s in 100 impressions")
        axes.set_ylim(0.0, top_of(self.lines))
        over_days(axes, self.lines)
        heading(made, title)
        return made
