"""What all figures share: style, legend, and axes of time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from textwrap import fill
from typing import Any, ParamSpec, TypeVar
from warnings import catch_warnings

from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, FuncFormatter, MultipleLocator, NullLocator

from sim.analysis.units import span, unbroken
from sim.lab.report.palette import INK, SOFT, Look

P = ParamSpec("P")
T = TypeVar("T")
PAGE, FILE = 4.2, 9.0  # inches across a figure: in a column of the page, in a file of its own
LETTERS = 15.5  # of 9 points in an inch
_ROW, _LINE = 0.18, 0.185  # inches: of a legend, of a heading
_DURATIONS = (0, 1, 10, 60, 600, 3600, 6 * 3600, 86400, 7 * 86400, 30 * 86400, 365 * 86400)
STYLE: Any = {  # names and values of rcParams

    "text.parse_math": False,  # a name with $ in it is a name
    "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK, "axes.edgecolor": "#8a8a8a",
    "font.size": 9, "axes.titlesize": 10, "figure.titlesize": 10, "legend.fontsize": 9,
    "axes.grid": True, "grid.color": "#e3e3e3", "grid.linewidth": 0.7, "axes.axisbelow": True,
    "axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False, "figure.dpi": 130,
    "svg.fonttype": "none", "svg.hashsalt": "delaylab",
}  # fmt: skip


def styled(made: Callable[P, T]) -> Callable[P, T]:
    """Run a function under the style of all figures."""

    @wraps(made)
    def inside(*args: P.args, **kwargs: P.kwargs) -> T:
        with rc_context(STYLE):
            return made(*args, **kwargs)

    return inside


def figure(width: float, height: float | None = None) -> Figure:
    """Return an empty figure of so many inches."""
    return Figure(figsize=(width, height or 0.62 * width), layout="constrained")


def headed(width: float, height: float, title: str, told: str) -> Figure:
    """Return a figure below a bold title and some lines.

    It is so many inches high without them.
    """
    made, lines = figure(width, height), wrapped(told, width)
    bold = made.text(0.015, 1.0, "", fontsize=11, weight="bold", va="top")
    broken = _broken(bold, title, 0.78 * width, made.bbox.width).count("\n")
    above = broken + 2 if broken else 1  # its lines are higher
    made.set_figheight(height + _LINE * (above + lines.count("\n") + 1))
    bold.set_y(1.0 - 0.03 / made.get_figheight())
    made.suptitle("\n" * above + lines, x=0.015, ha="left", linespacing=1.35, fontsize=9)
    return made


def bare(axes: Axes) -> None:
    """Leave only the names of ticks at a map."""
    axes.grid(visible=False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def line_of(one: Look) -> dict[str, Any]:
    """Return a look as matplotlib's keywords of a line."""
    return {
        "color": one.colour, "linestyle": one.dash, "linewidth": one.width, "marker": one.marker, "markersize": 4.5,
        "markeredgecolor": "white", "markeredgewidth": 0.5,
    }  # fmt: skip


def legend(drawn: Figure, handles: Sequence[Artist], names: Sequence[str] | None = None) -> None:
    """Put a legend below a figure, which grows to fit.

    Without names the handles' labels are shown.
    """
    names = [str(one.get_label()) for one in handles] if names is None else names
    width = drawn.get_figwidth()
    letters = LETTERS * width - 8.0  # 8: the sample of a line and its gap
    longest = min(max(map(len, names), default=0), letters)
    columns = max(1, min(4, len(names), int((letters + 8.0) / (longest + 8.0))))
    told = [_fill(name, int(letters)) for name in names]
    rows = sum(name.count("\n") + 1 for name in told) / columns
    drawn.set_figheight(drawn.get_figheight() + _ROW * (rows + 1.0))
    drawn.legend(handles, told, loc="outside lower center", ncols=columns)


def heading(drawn: Figure, text: str) -> None:
    """Write a heading above a figure, wrapped to its width."""
    broken = _broken(drawn.suptitle(""), text, drawn.get_figwidth(), drawn.bbox.width).count("\n")
    drawn.set_figheight(drawn.get_figheight() + _ROW * broken)


def _broken(title: Text, text: str, inches: float, widest: float) -> str:
    """Write a text, broken to stay within its figure."""
    title.set_text(wrapped(text, inches))
    with catch_warnings(action="ignore", category=UserWarning):  # a letter that the font has not is a box
        while title.get_window_extent().width > 0.98 * widest:  # digits are wider than letters
            inches *= 0.95
            title.set_text(wrapped(text, inches))
    return title.get_text()


def footnote(drawn: Figure, text: str) -> None:
    """Write small text below a figure, which grows to fit."""
    told = wrapped(text, 1.1 * drawn.get_figwidth())  # its letters are smaller
    inches = _LINE * (told.count("\n") + 1.3)
    drawn.set_figheight(drawn.get_figheight() + inches)
    share, keys = inches / drawn.get_figheight(), 0.0
    for one in drawn.legends:
        one.set_bbox_to_anchor((0.0, share, 1.0, 1.0 - share))
        keys = max(keys, one.get_window_extent().height / drawn.bbox.height + 0.08 / drawn.get_figheight())
    drawn.set_layout_engine("constrained", rect=(0.0, share + keys, 1.0, 1.0 - share - keys))
    drawn.text(0.015, 0.06 / drawn.get_figheight(), told, fontsize=8, color=SOFT, va="bottom", linespacing=1.35)


def wrapped(text: str, inches: float) -> str:
    """Return text wrapped to the width of a figure."""
    return "\n".join(_fill(line, int(0.92 * LETTERS * inches)) for line in text.split("\n"))


def _fill(line: str, letters: int) -> str:
    return fill(unbroken(line), letters, break_on_hyphens=False)


def days(axis: Axis, longest: float) -> None:
    """Label an axis of days; short ones in hours."""
    axis.set_label_text("simulated hours" if longest < 1.5 else "simulated days")
    if longest < 1.5:
        step = next((hours for hours in (0.25, 0.5, 1, 2, 3, 6) if 24 * longest <= 8 * hours), 6)
        axis.set_major_locator(MultipleLocator(step / 24))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{24 * value:.3g}"))


def durations(axes: Axes, which: str, longest: float, linear: float = 60.0) -> None:
    """Make an axis (``x``, ``y``) of durations: linear, then logarithmic."""
    getattr(axes, f"set_{which}scale")("symlog", linthresh=linear)
    getattr(axes, f"set_{which}lim")(0.0, max(longest, linear))
    axis: Axis = getattr(axes, f"{which}axis")
    axis.set_major_locator(FixedLocator([0, *(one for one in _DURATIONS if linear <= one <= max(longest, linear))]))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda seconds, _: span(seconds)))
