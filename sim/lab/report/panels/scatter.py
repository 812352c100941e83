"""Regret against staleness, a point for each contender."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from sim.analysis.pareto import pareto
from sim.analysis.score import WORDS
from sim.lab.report.charts.style import PAGE, durations, figure, legend, line_of, styled
from sim.lab.report.palette import GREY, SOFT, Look
from sim.lab.report.panels.base import Asked, Panel
from sim.lab.report.selection import AGE, Series


@dataclass(frozen=True)
class Point:
    """A contender; its name is empty outside the legend."""

    age: float
    regret: float
    name: str
    look: Look


@dataclass(frozen=True)
class Scatter(Panel):
    """Regret against staleness in seconds; ``front`` is the Pareto front."""

    title = "Regret against staleness"
    order = 20
    points: tuple[Point, ...]
    front: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, asked: Asked) -> Scatter:
        """Return a point for each contender of the worlds drawn."""
        shown = asked.shown
        named = {id(one.contender) for one in shown.series}
        others = [one for world in shown.worlds for one in world.contenders if id(one) not in named]
        behind = [Series(one, "", Look(GREY)) for one in others]
        points = [
            Point(age, one.contender.mean, one.name, one.look)
            for one in (*behind, *shown.series)
            if (age := one.contender.scores.get(AGE)) is not None and math.isfinite(one.contender.mean)
        ]
        best = pareto([(one.age, one.regret) for one in points]) if len(shown.worlds) == 1 else []
        about = ["Lower left is better."]
        if best:
            about.append("No other setting has both less regret and fresher data than those on the dotted line.")
        if behind:
            about.append("Grey: settings that are not in the legend.")
        return cls(" ".join(about), tuple(points), tuple(best))

    @styled
    def draw(self) -> Figure:
        """Return the figure of regret against data age."""
        made = figure(PAGE)
        axes = made.subplots()
        if self.front:
            axes.plot(*zip(*self.front, strict=True), color=SOFT, linestyle=":", linewidth=1.2)
        named: dict[str, Artist] = {}
        for one in self.points:
            (mark,) = axes.plot(one.age, one.regret, **line_of(one.look) | {"linestyle": "", "markersize": 7})
            named |= {one.name: mark} if one.name else {}
        axes.set(xlabel="mean age of the serving data", ylabel=WORDS)
        durations(axes, "x", 1.3 * max((one.age for one in self.points), default=1.0))
        axes.margins(y=0.1)
        legend(made, list(named.values()), list(named))
        return made
