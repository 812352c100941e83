"""Checked claims: each difference beside its bound."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.analysis.claims.checked import FAIL, INCONCLUSIVE, PASS, Checked, in_words
from sim.analysis.rules.verdicts import HOLDS
from sim.analysis.score import axis_title
from sim.lab.report.charts.style import FILE, figure, heading, legend, styled
from sim.lab.report.palette import FILLS, GREY, INK, LINES
from sim.score import about

_LOOKS = {PASS: (LINES[0], "o"), FAIL: (LINES[1], "X"), INCONCLUSIVE: (GREY, "s")}
_CLAIMED = FILLS[HOLDS]
_ROW, _AROUND = 0.3, 0.75  # inches: a world's row; title and scale of a claim


@styled
def draw(checked: Sequence[Checked]) -> Figure:
    """Return the figure: claims below each other, by world."""
    claims = [list(rows) for _, rows in groupby(checked, key=lambda row: row.claim)]
    heights = [_AROUND + _ROW * len(rows) for rows in claims]
    made = figure(FILE, 0.4 + sum(heights))
    heading(made, in_words(checked))
    grid = made.subplots(len(claims), 1, squeeze=False, height_ratios=heights)
    for axes, rows in zip(grid[:, 0], claims, strict=True):
        _claim(axes, rows)
    there = [verdict for verdict in _LOOKS if any(row.verdict == verdict for row in checked)]
    marks = [Line2D([], [], color=_LOOKS[one][0], marker=_LOOKS[one][1], linestyle="", markersize=6) for one in there]
    band = Line2D([], [], color=_CLAIMED, linewidth=7, alpha=0.3)
    legend(made, [*marks, band], [*there, "claimed: the interval is to lie here"])
    return made


def _claim(axes: Axes, rows: Sequence[Checked]) -> None:
    claim = rows[0].claim
    kind = about()[claim.score]
    size, words = (3600.0, f"{claim.score}, hours") if kind.unit == "s" else (1.0, axis_title(claim.score))
    for place, row in enumerate(rows):
        if row.difference is not None:
            colour, marker = _LOOKS[row.verdict]
            half = None if row.half is None else row.half / size
            axes.errorbar(row.difference / size, place, xerr=half, color=colour, marker=marker, markersize=6, capsize=3)
    axes.axvline(claim.bound / size, color=INK, linewidth=1.2)
    axes.margins(x=0.25)
    low, high = axes.get_xlim()
    ends = (low, claim.bound / size) if claim.at_most is not None else (claim.bound / size, high)
    axes.axvspan(*ends, color=_CLAIMED, alpha=0.3, linewidth=0)
    axes.set_xlim(low, high)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), [row.world for row in rows])
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_title(str(claim), loc="left")
    axes.set_xlabel(f"mean paired difference, with its 95 % interval: {words}")
