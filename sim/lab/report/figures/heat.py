"""Mean regret by two settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.paired.comparison import Comparison
from sim.analysis.score import REGRET
from sim.analysis.settings import display_value, short_name, two_words
from sim.errors import LabError
from sim.lab.report.figures.selection import middle, scale, world_in_words
from sim.lab.report.model import Axis, Heat
from sim.lab.report.units import digits
from sim.lazy import lazy

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

_MOST = (14, 8)  # levels down and across
_FILLED = 0.5  # of the cells: fewer are those of two settings of which one follows from the other


def heat(found: Comparison, asked: Sequence[str] | None = None) -> Heat | None:
    """Return the heat map, if at least two settings vary.

    The map is of one world unless the settings asked for span several; if none are, those with the largest effects are
    shown. It never averages over a setting whose effect is larger than what it shows: such a setting is held fixed at
    its level in the best of all.
    """
    keys = _asked(found, asked) if asked is not None else []
    inside, said = found.contenders, []
    if len(found.worlds) > 1 and not any(_of_world(found, key) for key in keys):
        world = middle(found)
        inside = list(world.contenders)
        said.append(f"One world: {world_in_words(found, world)}.")
    frame = pd.DataFrame([{name: display_value(one.settings, name) for name in found.names} | {REGRET: one.mean}
                          for one in inside if np.isfinite(one.mean)], columns=[*found.names, REGRET])  # fmt: skip
    names = [name for name in found.names if frame[name].nunique() > 1]
    if not keys and len(names) < 2:
        return None
    keys = keys or _most_telling(frame, names)
    frame, fixed = _hold(frame, keys, [name for name in names if name not in keys])
    said += [f"Held fixed, because its effect is larger than what is shown: {one}." for one in fixed]
    effects = {name: _effect(frame, keys, name) for name in names if name not in keys}
    averaged = [f"{two_words(name)} (effect {digits(size)})" for name, size in effects.items() if size > 0]
    (down, of_down), (across, of_across) = (_axis(frame, key, most) for key, most in zip(keys, _MOST, strict=True))
    said += [*of_down, *of_across, *([f"Cells are means over {'; '.join(averaged)}."] if averaged else [])]
    means = frame.pivot_table(REGRET, index=keys[0], columns=keys[1]).reindex(
        index=list(down.levels), columns=list(across.levels)
    )
    return Heat(down, across, means.to_numpy(dtype=float), " ".join(said))


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


def _most_telling(frame: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """Return the two largest effects, more levels first."""

    def telling(pair: tuple[str, ...]) -> tuple[bool, float]:
        filled = frame.groupby([*pair]).ngroups / (frame[pair[0]].nunique() * frame[pair[1]].nunique())
        return filled > _FILLED, sum(_spread(frame, [name]) for name in pair)

    first, second = max(combinations(names, 2), key=telling)
    return [first, second] if frame[first].nunique() >= frame[second].nunique() else [second, first]


def _hold(frame: pd.DataFrame, keys: list[str], others: list[str]) -> tuple[pd.DataFrame, list[str]]:
    """Return the remaining rows and the settings held fixed."""
    fixed: list[str] = []
    while others:
        worst = max(others, key=lambda name: _effect(frame, keys, name))
        if _effect(frame, keys, worst) <= _spread(frame, keys):
            break
        level = frame[worst].iloc[int(frame[REGRET].to_numpy().argmin())]
        frame, others = frame[frame[worst] == level], [name for name in others if name != worst]
        fixed.append(f"{two_words(worst)} {level}")
    return frame, fixed


def _effect(frame: pd.DataFrame, keys: list[str], name: str) -> float:
    """Return the mean effect of a setting within the cells."""
    cells = frame.groupby([*keys, name])[REGRET].mean().groupby(level=keys)
    moves = (cells.max() - cells.min())[cells.size() > 1]
    return float(moves.mean()) if len(moves) else 0.0


def _spread(frame: pd.DataFrame, names: list[str]) -> float:
    """Return the range of mean regret over levels of settings."""
    means = frame.groupby(names)[REGRET].mean()
    return float(means.max() - means.min())
