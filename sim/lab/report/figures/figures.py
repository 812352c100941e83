"""The data of all figures, each with its caption."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.analysis.paired.comparison import Comparison
from sim.lab.report.figures.delays import delays
from sim.lab.report.figures.heat import heat
from sim.lab.report.figures.lives import lives
from sim.lab.report.figures.model import Figures, Point, Scatter
from sim.lab.report.figures.over_time import AGE, in_flight, over_time
from sim.lab.report.figures.selection import Selection, drawn
from sim.lab.report.palette import GREY, Look


def figures_of(found: Comparison, keys: Sequence[str] | None = None) -> Figures:
    """Return the data of all figures.

    Args:
        found: what was compared.
        keys: the two settings of the heat map; None: those with the largest effects.

    Raises:
        LabError: a key is not a setting that varies.
    """
    mapped = heat(found, keys)
    shown = drawn(found)
    return Figures(
        shown.note, over_time(shown.series), scatter(shown), mapped, lives(shown.series), in_flight(shown.series),
        delays(found),
    )  # fmt: skip


def scatter(shown: Selection) -> Scatter:
    """Return a point for each contender that is drawn."""
    named = {id(one.contender): one for one in shown.series}
    behind = [(one, "", Look(GREY)) for one in shown.contenders if id(one) not in named]
    front = [(one.contender, one.name, one.look) for one in shown.series]
    points = [Point(age, one.mean, name, look) for one, name, look in (*behind, *front)
              if (age := one.scores.get(AGE)) is not None and math.isfinite(one.mean)]  # fmt: skip
    best = pareto([(one.age, one.regret) for one in points]) if len(shown.worlds) == 1 else []
    about = ["Lower left is better."]
    about += ["No other setting has both less regret and fresher data than those on the dotted line."] if best else []
    about += ["Grey: settings that are not in the legend."] if behind else []
    return Scatter(tuple(points), tuple(best), " ".join(about))


def pareto(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the Pareto front.

    No other point beats one of these in both coordinates.

    >>> pareto([(1.0, 3.0), (2.0, 2.0), (3.0, 2.5), (4.0, 1.0)])
    [(1.0, 3.0), (2.0, 2.0), (4.0, 1.0)]
    """
    front: list[tuple[float, float]] = []
    for point in sorted(points):
        if not front or point[1] < front[-1][1]:
            front.append(point)
    return front
