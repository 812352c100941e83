"""The figure of an attribution: from the regret of the run, delay by delay, down to what learning itself costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.attribution.decomposition import Estimate, Split
from sim.analysis.attribution.twins import CAUSES
from sim.lab.report.units import with_interval
from sim.lab.store.atomic import write_atomic

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

# Okabe & Ito's colours, told apart with any colour vision: https://jfly.uni-koeln.de/color/
_WHOLE, _COST, _GAIN, _REST, _INK = "#999999", "#D55E00", "#009E73", "#0072B2", "#222222"
_ALONE: dict[str, Any] = {"marker": "D", "color": "white", "markeredgecolor": _INK, "markersize": 5, "linestyle": ""}
ROWS = ("the run", *CAUSES, "learning")


def draw(measure: Split, title: str, unit: str, file: Path, places: int) -> None:
    """Write the waterfall of one measure of regret as PNG.

    Args:
        measure: what is split.
        title: above the figure.
        unit: of the axis.
        file: where it goes.
        places: of the numbers beside the bars, where they have no interval.
    """
    from io import BytesIO

    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.6, 4.6), dpi=130, layout="constrained")
    axis = figure.subplots()
    _bars(axis, measure, places)
    _dress(axis, unit)
    figure.suptitle(title, fontsize=10)
    figure.legend(handles=_legend(), loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    buffer = BytesIO()
    figure.savefig(buffer, format="png")
    write_atomic(file, buffer.getvalue())


def _bars(axis: Axes, measure: Split, places: int) -> None:
    left = measure.regret.mean
    rights = [_bar(axis, 0, 0.0, measure.regret, _WHOLE, places)]
    for row, cause in enumerate(CAUSES, 1):
        part = measure.parts[cause]
        _connect(axis, left, row)
        if part.mean or part.half:
            axis.plot(left - measure.alone[cause].mean, row, **_ALONE, zorder=3)
        left -= part.mean
        rights.append(_bar(axis, row, left, part, _COST if part.mean >= 0 else _GAIN, places, left))
    _connect(axis, left, len(CAUSES) + 1)
    rights.append(_bar(axis, len(CAUSES) + 1, 0.0, measure.learning, _REST, places))
    axis.set_xlim(0.0, 1.22 * max(rights) or 1.0)


def _connect(axis: Axes, at: float, row: int) -> None:
    axis.plot([at, at], [row - 1.31, row + 0.31], color=_INK, linewidth=0.7, linestyle=":", zorder=2.5)


def _bar(
    axis: Axes, row: int, start: float, size: Estimate, colour: str, places: int, moving: float | None = None
) -> float:
    """Draw a bar from ``start``, its interval at its moving end, its size at its right; return where that stands."""
    end = start + size.mean
    at, half = end if moving is None else moving, size.half or 0.0
    axis.barh(row, size.mean, left=start, height=0.62, **_paint(colour))
    if half:
        axis.errorbar(at, row, xerr=half, color=_INK, capsize=3, linewidth=1.0)
    right = max(start, end, at + half)
    label = with_interval(size.mean, size.half, places) if size.mean or half else "0"
    axis.annotate(label, (right, row), xytext=(7, 0), textcoords="offset points", va="center", fontsize=9)
    return right


def _paint(colour: str) -> dict[str, Any]:
    """Return how a bar is filled: a gain is hatched too, to be told apart in grey."""
    return {"facecolor": colour} | ({"hatch": "///", "edgecolor": "white", "linewidth": 0.0} if colour == _GAIN else {})


def _legend() -> list[Artist]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    told = ((_COST, "costs regret"), (_GAIN, "less regret with it than without"))
    patches = [Patch(label=text, **_paint(colour)) for colour, text in told]
    return [*patches, Line2D([], [], **_ALONE, label="if only this were fixed")]


def _dress(axis: Axes, unit: str) -> None:
    axis.set_yticks(range(len(ROWS)), [row.replace("_", " ") for row in ROWS])
    axis.invert_yaxis()
    axis.set_xlabel(unit)
    axis.grid(axis="x", alpha=0.25, linewidth=0.6)
    axis.set_axisbelow(True)
    axis.spines[["top", "right"]].set_visible(False)
    axis.tick_params(axis="y", length=0)
