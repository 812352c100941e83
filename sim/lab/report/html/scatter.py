"""Regret against staleness: what fresher data buy."""

from __future__ import annotations

import math

import numpy as np

from sim.analysis.paired.comparison import Comparison
from sim.analysis.paired.contenders import Contender
from sim.analysis.score import TITLE, WORDS
from sim.lab.report.html.markup import Safe
from sim.lab.report.html.plot import Plot, Style
from sim.lab.report.html.scales import Spans, padded
from sim.lab.report.html.selection import Drawn
from sim.lab.report.units import span

AGE = "staleness/data_age/mean"
_OTHERS = Style()
_FRONT = Style("#555555", "2 3", width=1.2)


def scatter(found: Comparison, shown: list[Drawn]) -> Safe:
    """Return a point per contender; with one world, a line joins those that none beats in both measures."""
    points = {
        id(one): (age, one.mean) for one in found.contenders if math.isfinite(one.mean) and (age := _age(one)) >= 0
    }
    ages, regrets = (np.array([p[n] for p in points.values()]) for n in (0, 1))
    plot = Plot(Spans(1.3 * float(ages.max(initial=1.0))), padded(regrets), "mean age of the serving data", WORDS)
    if len(found.worlds) == 1:
        front = np.array(pareto(list(points.values())))
        if len(front):
            plot.line(front[:, 0], front[:, 1], _FRONT, "no one beats these in both")
    styles = {id(one.contender): one.style for one in shown}
    for one in sorted(found.contenders, key=lambda one: id(one) in styles):  # those of the legend on top
        if id(one) in points:
            age, regret = points[id(one)]
            told = f"{found.label(one)}: {WORDS} {regret:.3g}, data {span(age)} old"
            plot.point(age, regret, styles.get(id(one), _OTHERS), told)
    return plot.svg(f"{TITLE} against the mean age of the serving data")


def pareto(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the points that no other beats in both coordinates, by the first.

    >>> pareto([(1.0, 3.0), (2.0, 2.0), (3.0, 2.5), (4.0, 1.0)])
    [(1.0, 3.0), (2.0, 2.0), (4.0, 1.0)]
    """
    front: list[tuple[float, float]] = []
    for point in sorted(points):
        if not front or point[1] < front[-1][1]:
            front.append(point)
    return front


def _age(one: Contender) -> float:
    value = one.scores.get(AGE)
    return -1.0 if value is None else value
