"""A heat map of regret over two settings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from sim.analysis.paired.comparison import Comparison
from sim.analysis.paired.contenders import Contender
from sim.analysis.score import WORDS
from sim.analysis.settings import display_value, short_name, two_words
from sim.errors import LabError
from sim.lab.report.charts.style import PAGE, figure, styled
from sim.lab.report.scales import Scale, scale
from sim.lab.report.selection import heading, middle
from sim.lab.report.units import digits

_DOWN, _ACROSS = 14, 8  # levels on a side
_FILLED = 0.5  # of the cells: fewer are those of two settings of which one follows from the other
_LETTERS = 16  # of a row's name
_LEGIBLE = 0.55  # of the way from the lowest to the highest colour: dark from there on


@dataclass(frozen=True)
class Heat:
    """A map of regret.

    Attributes:
        down: the setting from row to row.
        across: the setting from column to column.
        cells: mean regret by levels.
        note: what a reader must know: which world, what was held fixed, averaged or left out.
    """

    down: Scale
    across: Scale
    cells: dict[tuple[str, str], float]
    note: str

    @property
    def name(self) -> str:
        """What the map shows."""
        return f"{two_words(self.down.key)} (down) by {two_words(self.across.key)} (across)"


def heat(found: Comparison, asked: Sequence[str] | None = None) -> Heat | None:
    """Return the map of two settings, None if fewer than two vary.

    It is of one world unless it is asked to span several. It never averages over a setting whose effect is larger than
    what it shows: such a one is held fixed where the best of all is.

    Args:
        found: what was compared.
        asked: the two settings; None: those with the largest effects.

    Raises:
        LabError: one that was asked for is not among the settings that vary.
    """
    keys = _asked(found, asked) if asked is not None else None
    inside, said = [one for one in found.contenders if math.isfinite(one.mean)], []
    if len(found.worlds) > 1 and not any(_of_world(found, key) for key in keys or ()):
        world = middle(found)
        inside = [one for one in world.contenders if math.isfinite(one.mean)]
        said.append(f"One world: {heading(found, world)}.")
    names = [name for name in found.names if len(_levels(inside, name)) > 1]
    if keys is None:
        if len(names) < 2:
            return None
        first, second = max(combinations(names, 2), key=lambda pair: _telling(inside, pair))
        down = len(_levels(inside, first)) >= len(_levels(inside, second))  # there is more room
        keys = (first, second) if down else (second, first)
    others = [name for name in names if name not in keys]
    inside, fixed = _held(inside, keys, others)
    said += [f"Held fixed, for its effect is larger than what is shown: {one}." for one in fixed]
    return _map(inside, keys, [name for name in others if _effect(inside, keys, name) > 0], said)


def _asked(found: Comparison, names: Sequence[str]) -> tuple[str, str]:
    first, second = (_key(found, name) for name in names)
    if first == second:
        raise LabError(f"heat: {names[0]!r} and {names[1]!r} are the same setting")
    return first, second


def _key(found: Comparison, name: str) -> str:
    fitting = [known for known in found.names if name in (known, short_name(known))]
    if len(fitting) != 1:
        why = "is not a setting that varies" if not fitting else "fits several settings"
        raise LabError(f"heat: {name!r} {why}; known are {', '.join(found.names) or 'none'}")
    return fitting[0]


def _of_world(found: Comparison, key: str) -> bool:
    return all(len(_levels(world.contenders, key)) == 1 for world in found.worlds)


def _map(inside: Sequence[Contender], keys: tuple[str, str], averaged: Sequence[str], said: list[str]) -> Heat:
    down, across = (scale(inside, key) for key in keys)
    for one, most in ((down, _DOWN), (across, _ACROSS)):
        if len(one.levels) > most:
            said.append(f"Of {len(one.levels)} levels of {two_words(one.key)} {most} are shown.")
    if averaged:
        told = "; ".join(f"{two_words(name)} (effect {digits(_effect(inside, keys, name))})" for name in averaged)
        said.append(f"Cells are means over {told}.")
    cells = {place: fmean(one.mean for one in group) for place, group in _grouped(inside, *keys).items()}
    down, across = (Scale(one.key, one.levels[:most], one.common) for one, most in ((down, _DOWN), (across, _ACROSS)))
    return Heat(down, across, cells, " ".join(said))


def _telling(inside: Sequence[Contender], keys: tuple[str, str]) -> tuple[bool, float]:
    """Return what orders pairs of settings: whether most cells of their map hold something, then their effects."""
    first, second = (len(_levels(inside, name)) for name in keys)
    filled = len(_grouped(inside, *keys)) / (first * second)
    return filled > _FILLED, sum(_range(inside, name) for name in keys)


def _held(inside: list[Contender], keys: tuple[str, str], others: Sequence[str]) -> tuple[list[Contender], list[str]]:
    """Return the contenders that are left, and the settings that are held fixed for them."""
    fixed: list[str] = []
    while others:
        shown = _spread([fmean(one.mean for one in group) for group in _grouped(inside, *keys).values()])
        worst = max(others, key=lambda name: _effect(inside, keys, name))
        if _effect(inside, keys, worst) <= shown:
            break
        level = display_value(min(inside, key=lambda one: one.mean).settings, worst)
        inside = [one for one in inside if display_value(one.settings, worst) == level]
        fixed.append(f"{two_words(worst)} {level}")
        others = [name for name in others if name != worst]
    return inside, fixed


def _effect(inside: Sequence[Contender], keys: tuple[str, str], name: str) -> float:
    """Return how far regret moves with a setting inside of a cell, the mean of all cells where it varies."""
    moves = [_range(group, name) for group in _grouped(inside, *keys).values() if len(_levels(group, name)) > 1]
    return fmean(moves) if moves else 0.0


def _range(inside: Sequence[Contender], name: str) -> float:
    """Return the range of the mean regret over the levels of a setting."""
    return _spread([fmean(one.mean for one in group) for group in _grouped(inside, name).values()])


def _spread(values: Sequence[float]) -> float:
    return max(values, default=0.0) - min(values, default=0.0)


def _levels(inside: Sequence[Contender], name: str) -> set[str]:
    return {display_value(one.settings, name) for one in inside}


def _grouped(inside: Sequence[Contender], *names: str) -> dict[Any, list[Contender]]:
    groups: dict[tuple[str, ...], list[Contender]] = {}
    for one in inside:
        groups.setdefault(tuple(display_value(one.settings, name) for name in names), []).append(one)
    return groups


@styled
def draw(found: Heat) -> Figure:
    """Return the map: a cell is a mean regret."""
    rows, columns = found.down.levels, found.across.levels
    values = np.array([[found.cells.get((row, column), np.nan) for column in columns] for row in rows])
    made = figure(PAGE, 0.3 * len(rows) + 0.9)
    axes = made.subplots()
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    low, high = (float(one(values)) for one in (np.nanmin, np.nanmax)) if np.isfinite(values).any() else (0.0, 1.0)
    axes.pcolormesh(values, cmap="cividis_r", vmin=low, vmax=high, edgecolor="white", linewidth=1.5)
    for (row, column), value in np.ndenumerate(values):
        ink = "white" if value - low > _LEGIBLE * (high - low) else "black"
        text = digits(float(value)) if np.isfinite(value) else "-"
        axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=8, color=ink)
    axes.invert_yaxis()
    axes.set_yticks(np.arange(len(rows)) + 0.5, [_short(found.down.short(row)) for row in rows])
    axes.set_xticks(np.arange(len(columns)) + 0.5, labels := [_short(found.across.short(one)) for one in columns])
    if sum(map(len, labels)) > 40:
        axes.tick_params(axis="x", labelrotation=30)
    axes.tick_params(length=0)
    axes.set_title(f"{WORDS}, dark is more", fontsize=9)
    axes.set(xlabel=found.across.name, ylabel=found.down.name)
    return made


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…"
