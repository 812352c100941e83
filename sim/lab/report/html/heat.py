"""A heat map of regret over two settings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean

import numpy as np

from sim.analysis.paired.comparison import Comparison
from sim.analysis.paired.contenders import Contender
from sim.analysis.score import TITLE
from sim.analysis.settings import short_name, told
from sim.errors import LabError
from sim.lab.report.html.markup import Safe, join, tag
from sim.lab.report.html.plot import WIDTH, drawing
from sim.lab.report.units import magnitude

_MOST = 14  # levels on a side
_LEFT, _TOP, _ROW = 160.0, 10.0, 34.0
_LETTERS = 16  # of a row's name: what fits into the left in the page's letters
# cividis, made for any colour vision: https://doi.org/10.1371/journal.pone.0199239
_CIVIDIS = ((253, 234, 69), (187, 173, 108), (124, 123, 120), (66, 78, 108), (0, 32, 77))


def keys_of(found: Comparison, asked: Sequence[str] | None = None) -> tuple[str, str] | None:
    """Return the two settings of the map: those asked for, else the two with most levels; None with fewer than two.

    Raises:
        LabError: one that was asked for is not among the settings that vary.
    """
    if asked is not None:
        first, second = (_key(found, name) for name in asked)
        if first == second:
            raise LabError(f"heat: {asked[0]!r} and {asked[1]!r} are the same setting")
        return first, second
    counts = {name: len({told(one.settings, name) for one in found.contenders}) for name in found.names}
    most = sorted(found.names, key=lambda name: -counts[name])[:2]
    return (most[0], most[1]) if len(most) == 2 else None


def _key(found: Comparison, name: str) -> str:
    fitting = [known for known in found.names if name in (known, short_name(known))]
    if len(fitting) != 1:
        why = "is not a setting that varies" if not fitting else "fits several settings"
        raise LabError(f"heat: {name!r} {why}; known are {', '.join(found.names) or 'none'}")
    return fitting[0]


def heat(found: Comparison, keys: tuple[str, str]) -> Safe:
    """Return the map: a cell is the mean regret of the contenders that share its two settings."""
    down, across = keys
    cells: dict[tuple[str, str], list[float]] = {}
    for one in found.contenders:
        if math.isfinite(one.mean):
            cells.setdefault((told(one.settings, down), told(one.settings, across)), []).append(one.mean)
    means = {place: fmean(values) for place, values in cells.items()}
    rows, columns = _levels(found.contenders, down)[:_MOST], _levels(found.contenders, across)[:_MOST]
    width = (WIDTH - _LEFT - 8) / len(columns)
    low, high = min(means.values(), default=0.0), max(means.values(), default=1.0)
    parts = []
    for r, row in enumerate(rows):
        y = _TOP + r * _ROW
        parts.append(tag("text", _short(row, _LETTERS), tag("title", row), x=_LEFT - 8, y=y + 21, text_anchor="end"))
        for c, column in enumerate(columns):
            parts += _cell(_LEFT + c * width, y, width, means.get((row, column)), (low, high))
    bottom = _TOP + len(rows) * _ROW
    for c, column in enumerate(columns):
        at, fits = _LEFT + (c + 0.5) * width, int(width / 6.5)
        parts.append(tag("text", _short(column, fits), tag("title", column), x=at, y=bottom + 17, text_anchor="middle"))
    axis = f"{short_name(down)} (down) by {short_name(across)} (across)"
    parts.append(tag("text", axis, x=(_LEFT + WIDTH) / 2, y=bottom + 38, text_anchor="middle"))
    return drawing(join(parts), f"{TITLE}: {axis}", bottom + 46)


def note(found: Comparison, keys: tuple[str, str]) -> str:
    """Return what a reader of the map must know."""
    levels = [len(_levels(found.contenders, key)) for key in keys]
    shared = len(found.contenders) > len({tuple(told(one.settings, key) for key in keys) for one in found.contenders})
    said = ["Cells are means over the other settings."] if shared else []
    if max(levels) > _MOST:
        said.append(f"Of {max(levels)} levels {_MOST} are shown.")
    if len(found.worlds) > 1:
        said.append("It spans several worlds: compare within one.")
    return " ".join(said)


def _levels(found: list[Contender], key: str) -> list[str]:
    """Return the values of a setting: durations and numbers by size, words in the order they came."""
    values = list(dict.fromkeys(told(one.settings, key) for one in found))
    return sorted(values, key=magnitude)


def _cell(x: float, y: float, width: float, value: float | None, reach: tuple[float, float]) -> list[Safe]:
    if value is None:
        return [tag("rect", x=x + 1, y=y + 1, width=width - 2, height=_ROW - 2, class_="none")]
    share = (value - reach[0]) / ((reach[1] - reach[0]) or 1.0)
    red, green, blue = (int(np.interp(share, np.linspace(0, 1, 5), [c[n] for c in _CIVIDIS])) for n in range(3))
    ink = "#fff" if 0.3 * red + 0.59 * green + 0.11 * blue < 128 else "#000"
    box = tag("rect", tag("title", f"{value:.6g}"), x=x + 1, y=y + 1, width=width - 2, height=_ROW - 2,
              fill=f"rgb({red},{green},{blue})")  # fmt: skip
    if width < 30:
        return [box]
    return [box, tag("text", f"{value:.3g}", x=x + width / 2, y=y + 21, text_anchor="middle", style=f"fill:{ink}")]


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: max(length - 1, 1)] + "…"
