"""Regret and staleness over time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matplotlib.figure import Figure

from sim.analysis.report.lines import Line, top_of
from sim.analysis.report.over_time import LinesOverTime
from sim.analysis.score import REGRET, axis_title
from sim.lab.report.charts.style import PAGE, durations, figure, heading, legend, styled
from sim.lab.report.panels._lines import add_lines, add_marks, over_days
from sim.lab.report.panels.base import Panel
from sim.lazy import pd
from sim.scenario.incidents import Event

_ONE_RUN = 7.5  # inches


class OverTime(LinesOverTime, Panel):
    """Regret and ages by time."""

    title = "Regret and staleness over time"
    order = 10

    @styled
    def draw(self, title: str = "", width: float = PAGE) -> Figure:
        """Draw regret and staleness with 95 % bands.

        Ages of other names than the lines of regret get a legend of their own.
        """
        made = figure(width, 0.62 * width + 1.4)
        above, below = made.subplots(2, 1, sharex=True, height_ratios=[3, 2])
        lines, ages = add_lines(above, self.regret), add_lines(below, self.ages)
        same = _names(self.regret) == _names(self.ages)
        above.set_ylabel(axis_title(REGRET).replace(", ", ",\n"))
        above.set_ylim(0.0, top_of(self.regret))
        below.set_ylabel("age of the serving data" if same else "staleness")
        durations(below, "y", top_of(self.ages, 1.15))
        over_days(below, self.regret)
        add_marks(above, self.marks, named=True)
        add_marks(below, self.marks)
        legend(made, lines if same else ages, _names(self.ages))
        heading(made, title)
        return made


def _names(lines: Sequence[Line]) -> list[str]:
    return [one.name for one in lines]


def plot(curve: pd.DataFrame, title: str, incidents: Iterable[Event] = ()) -> Figure:
    """Draw the curve of `sim.simulation.Run` over time."""
    return OverTime.of_curve(curve, incidents).draw(title, _ONE_RUN)
