"""Mean regret by two settings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from sim.analysis.paired.comparison import Comparison
from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.effects import effect, hold, most_telling, regrets
from sim.analysis.paired.statistics import t_interval
from sim.analysis.report.asked import Asked
from sim.analysis.report.axes import scale
from sim.analysis.report.model import UNKNOWN, Axis
from sim.analysis.score import REGRET
from sim.analysis.settings import display_value, short_name, two_words
from sim.analysis.units import digits
from sim.errors import LabError
from sim.lazy import pd

Floats = NDArray[np.float64]
_MOST = (14, 8)  # levels down and across


@dataclass(frozen=True)
class HeatMap:
    """A table of mean regret.

    Attributes:
        about: what it is about, and what was left out.
        down: the setting of its rows.
        across: the setting of its columns.
        values: ``(rows, columns)``, NaN where there is no run.
        halves: half-widths of their 95 % t-intervals over replications, NaN where there are none.
    """

    about: str
    down: Axis
    across: Axis
    values: Floats
    halves: Floats

    @property
    def places(self) -> int:
        """The digits after the point, the same in all cells.

        Two of a typical half-width, or without any three of the largest value.

        >>> axis = Axis("", "", ("1",), ("1",))
        >>> half, nan = np.array([[0.12]]), np.array([[np.nan]])
        >>> [HeatMap("", axis, axis, half, one).places for one in (half, half / 10, 100 * half, nan)]
        [2, 3, 0, 3]
        """
        halves, values = self.halves[self.halves > 0.0], np.abs(self.values[np.isfinite(self.values)])
        size, wanted = (np.median(halves), 2) if halves.size else (max(values, default=0.0), 3)
        return min(max(wanted - 1 - math.floor(math.log10(size)), 0), 6) if size > 0.0 else 2

    def texts(self) -> list[list[str]]:
        """Return the cells, a mean above its interval."""
        return [
            [self._text(*pair) for pair in zip(*row, strict=True)] for row in zip(self.values, self.halves, strict=True)
        ]

    def _text(self, value: float, half: float) -> str:
        if not math.isfinite(value):
            return UNKNOWN
        return f"{value:z,.{self.places}f}" + (f"\n± {half:,.{self.places}f}" if math.isfinite(half) else "")

    @classmethod
    def of(cls, asked: Asked) -> Self | None:
        """Return the map, if at least two settings vary."""
        found = heat_map(asked.found, asked.keys)
        return None if found is None else cls(*(getattr(found, one.name) for one in fields(found)))


def heat_map(found: Comparison, asked: Sequence[str] | None = None) -> HeatMap | None:
    """Return the table, if at least two settings vary.

    The map is of one world unless the settings asked for span several. It never averages over a setting whose effect
    is larger than what it shows: such a setting is held fixed at its level in the best of all.

    Args:
        found: a comparison.
        asked: two settings; None: those with the largest effects.

    Raises:
        LabError: one that was asked for is not a setting that varies.
    """
    keys = _asked(found, asked) if asked is not None else []
    inside, said = found.contenders, []
    if len(found.worlds) > 1 and not any(_of_world(found, key) for key in keys):
        world = found.middle
        inside = list(world.contenders)
        said.append(f"One world: {found.in_words(world)}.")
    inside = [one for one in inside if np.isfinite(one.mean)]
    frame = regrets(inside, found.names)
    names = [name for name in found.names if frame[name].nunique() > 1]
    if not keys and len(names) < 2:
        return None
    keys = keys or most_telling(frame, names)
    others = [name for name in names if name not in keys]
    frame, fixed = hold(frame, keys, others)
    said += [f"Held fixed, because its effect is larger than what is shown: {two_words(name)} {level}."
             for name, level in fixed.items()]  # fmt: skip
    effects = {name: effect(frame, keys, name) for name in others}
    averaged = [f"{two_words(name)} (effect {digits(size)})" for name, size in effects.items() if size > 0]
    (down, of_down), (across, of_across) = (_axis(frame, key, most) for key, most in zip(keys, _MOST, strict=True))
    said += [*of_down, *of_across, *([f"Cells are means over {'; '.join(averaged)}."] if averaged else [])]
    cells = {cell: rows.to_numpy() for cell, rows in frame.groupby(keys).groups.items()}
    found_at = [[cells.get((y, x), ()) for x in across.levels] for y in down.levels]
    values = np.array([[frame[REGRET][list(rows)].mean() for rows in row] for row in found_at])
    halves = np.array([[_half([inside[n] for n in rows]) for rows in row] for row in found_at])
    if np.isfinite(halves).any():
        said.append("± is the 95 % interval of a cell alone; the table has paired differences.")
    return HeatMap(" ".join(said), down, across, values, halves)


def _half(cell: Sequence[Contender]) -> float:
    """Return half the interval of contenders' mean, or NaN."""
    pairs = set.intersection(*(set(one.regret) for one in cell)) if cell else ()
    means = np.array([np.mean([one.regret[pair] for one in cell]) for pair in sorted(pairs)])
    found = t_interval(means)
    return np.nan if found is None else found[1]


def _axis(frame: pd.DataFrame, key: str, most: int) -> tuple[Axis, list[str]]:
    """Return the levels that have room, and what is missing."""
    axis = scale(frame[key], key)
    if len(axis.levels) <= most:
        return axis, []
    shown = replace(axis, levels=axis.levels[:most], ticks=axis.ticks[:most])
    return shown, [f"Of {len(axis.levels)} levels of {two_words(key)} {most} are shown."]


def _asked(found: Comparison, names: Sequence[str]) -> list[str]:
    keys = []
    for name in names:
        fitting = [known for known in found.names if name in (known, short_name(known))]
        if len(fitting) != 1:
            why = "is not a setting that varies" if not fitting else "fits several settings"
            raise LabError(f"heat: {name!r} {why}; known are {', '.join(found.names) or 'none'}")
        keys += fitting
    if keys[0] == keys[1]:
        raise LabError(f"heat: {names[0]!r} and {names[1]!r} are the same setting")
    return keys


def _of_world(found: Comparison, key: str) -> bool:
    return all(len({display_value(one.settings, key) for one in world.contenders}) == 1 for world in found.worlds)
