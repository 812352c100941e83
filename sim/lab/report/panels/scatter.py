"""Regret against staleness, a point for each contender."""

from __future__ import annotations

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from sim.analysis.report.age_and_regret import AgeAndRegret
from sim.analysis.score import REGRET, axis_title
from sim.lab.report.charts.style import PAGE, durations, figure, legend, line_of, styled
from sim.lab.report.palette import GREY, SOFT, Look, look
from sim.lab.report.panels.base import Panel


class Scatter(AgeAndRegret, Panel):
    """Regret against staleness."""

    title = "Regret against staleness"
    order = 20

    @styled
    def draw(self) -> Figure:
        """Return the figure of regret against data age."""
        made = figure(PAGE)
        axes = made.subplots()
        if self.front:
            axes.plot(*zip(*self.front, strict=True), color=SOFT, linestyle=":", linewidth=1.2)
        named: dict[str, Artist] = {}
        for one in self.points:
            own = line_of(Look(GREY) if one.place is None else look(one.place))
            (mark,) = axes.plot(one.age, one.regret, **own | {"linestyle": "", "markersize": 7})
            named |= {one.name: mark} if one.name else {}
        axes.set(xlabel="mean age of the serving data", ylabel=axis_title(REGRET).replace(", ", ",\n"))
        durations(axes, "x", 2.0 * max((one.age for one in self.points), default=1.0))
        axes.margins(y=0.1)
        legend(made, list(named.values()), list(named))
        return made
