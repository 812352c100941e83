"""Regret against staleness: what fresher data are worth."""

from __future__ import annotations

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from sim.analysis.score import WORDS
from sim.lab.report.charts.style import PAGE, durations, figure, legend, line_of, styled
from sim.lab.report.figures.model import Scatter
from sim.lab.report.palette import SOFT


@styled
def draw(found: Scatter) -> Figure:
    """Return the figure of regret against data age."""
    made = figure(PAGE, 0.62 * PAGE)
    axes = made.subplots()
    if found.front:
        axes.plot(*zip(*found.front, strict=True), color=SOFT, linestyle=":", linewidth=1.2)
    named: dict[str, Artist] = {}
    for one in found.points:
        (mark,) = axes.plot(one.age, one.regret, **line_of(one.look) | {"linestyle": "", "markersize": 7})
        named |= {one.name: mark} if one.name else {}
    axes.set(xlabel="mean age of the serving data", ylabel=WORDS)
    durations(axes, "x", 1.3 * max((one.age for one in found.points), default=1.0))
    axes.margins(y=0.1)
    legend(made, list(named.values()), list(named))
    return made
