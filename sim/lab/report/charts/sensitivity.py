"""How far each range moves the difference: a tornado."""

from __future__ import annotations

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.analysis.sensitivity.swings import FLIPS, NO, OPENS, Sensitivity, Swing
from sim.analysis.settings import constant
from sim.lab.report.charts.style import footnote, headed, legend, styled
from sim.lab.report.palette import INK, SOFT

_FILLS = {FLIPS: "#E69F00", OPENS: "#F0E442", NO: "#D0D0D0"}
_TELL = {FLIPS: "flips the verdict", OPENS: "leaves it open", NO: "does not turn it"}
_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}  # behind words that a line may cross
_BESIDE = (
    "A bar goes from one end of its range to the other. The scenario's own difference may lie outside a bar: by "
    "chance, or because the difference is largest or smallest within the range."
)
_APART = 0.17  # of a row: the two ends


@styled
def draw(found: Sensitivity, score: str, title: str, told: str) -> Figure:
    """Return the figure: a bar per range, largest first."""
    made = headed(8.0, 2.2 + 0.75 * len(found.swings), title, told)
    axes = made.subplots()
    axes.axvline(0.0, color=INK, linewidth=1.2)
    axes.axvline(found.centre.behind or 0.0, color=SOFT, linewidth=1.2, linestyle="--")
    _interval(axes, 0.0, found.centre.behind or 0.0, found.centre.half or 0.0)
    for row, one in enumerate(found.swings, 1):
        _bar(axes, row, one)
    axes.set_yticks(range(len(found.swings) + 1), ["the scenario as it is", *(one.range.name for one in found.swings)])
    axes.set_ylim(len(found.swings) + 0.6, -0.6)
    axes.margins(x=0.2)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(f"← B better      {score}, B less A, with 95 % intervals      A better →")
    there = {one.turns for one in found.swings}
    keys: list[Artist] = [Patch(facecolor=_FILLS[turns], label=_TELL[turns]) for turns in _FILLS if turns in there]
    centre = Line2D([], [], color=SOFT, linestyle="--", label="the scenario as it is")
    legend(made, [*keys, centre])
    footnote(made, _BESIDE)
    return made


def _interval(axes: Axes, place: float, value: float, half: float) -> None:
    """Draw a world's difference with its interval."""
    axes.errorbar(value, place, xerr=half, color=INK, marker="o", markersize=3.5, capsize=2.5, linewidth=1.0)


def _bar(axes: Axes, row: int, one: Swing) -> None:
    """Draw a bar between two ends, with their intervals."""
    low, high = one.low.behind or 0.0, one.high.behind or 0.0
    axes.barh(row, high - low, 0.72, left=low, facecolor=_FILLS[one.turns], zorder=1)
    for side, end, text in ((-1, one.low, one.range.low), (1, one.high, one.range.high)):
        value, half, place = end.behind or 0.0, end.half or 0.0, row + side * _APART
        _interval(axes, place, value, half)
        right = (high >= low) == (side > 0)
        axes.annotate(
            constant(text),
            (value + (half if right else -half), place),
            xytext=(5 if right else -5, 0),
            fontsize=8,
            textcoords="offset points",
            va="center",
            ha="left" if right else "right",
            bbox=_PAPER,
        )
