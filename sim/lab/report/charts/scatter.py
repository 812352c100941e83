"""Regret against staleness: what fresher data buy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from sim.analysis.paired.contenders import Contender
from sim.analysis.score import WORDS
from sim.lab.report.charts.style import PAGE, durations, figure, legend, line_of, styled
from sim.lab.report.palette import GREY, SOFT, Look
from sim.lab.report.selection import Selection
from sim.lab.report.series import AGE

_OTHER = Look(GREY)


@dataclass(frozen=True)
class Point:
    """A contender: mean age of its data in seconds, its regret, and its look if it is in the legend."""

    age: float
    regret: float
    name: str = ""
    look: Look = _OTHER


def points(shown: Selection) -> list[Point]:
    """Return a point for each contender of the worlds that are drawn, those of the legend last."""
    known = {id(one.contender): (one.name, one.look) for one in shown.series}
    order = sorted(shown.contenders, key=lambda one: list(known).index(id(one)) if id(one) in known else -1)
    return [Point(_age(one), one.mean, *known.get(id(one), ())) for one in order
            if math.isfinite(one.mean) and math.isfinite(_age(one))]  # fmt: skip


def _age(one: Contender) -> float:
    value = one.scores.get(AGE)
    return math.inf if value is None else value


@styled
def draw(found: Sequence[Point], front: bool) -> Figure:
    """Return the figure of regret against the age of the data.

    Args:
        found: the points, those in front last.
        front: join those that none beats in both; it means something within one world.
    """
    made = figure(PAGE, 0.62 * PAGE)
    axes = made.subplots()
    if front:
        best = pareto([(one.age, one.regret) for one in found])
        axes.plot([age for age, _ in best], [regret for _, regret in best], color=SOFT, linestyle=":", linewidth=1.2)
    marks = [axes.plot(one.age, one.regret, **line_of(one.look) | {"linestyle": "", "markersize": 7})[0]
             for one in found]  # fmt: skip
    axes.set(xlabel="mean age of the serving data", ylabel=WORDS)
    durations(axes, "x", 1.3 * max((one.age for one in found), default=1.0))
    axes.margins(y=0.1)
    named = [(mark, one.name) for mark, one in zip(marks, found, strict=True) if one.name]
    legend(made, [mark for mark, _ in named], [name for _, name in named])
    return made


def pareto(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the points that no other beats in both coordinates, by the first.

    >>> pareto([(1.0, 3.0), (2.0, 2.0), (3.0, 2.5), (4.0, 1.0)])
    [(1.0, 3.0), (2.0, 2.0), (4.0, 1.0)]
    """
    front: list[tuple[float, float]] = []
    for point in sorted(points):
        if not front or point[1] < front[-1][1]:
            front.append(point)
    return front
