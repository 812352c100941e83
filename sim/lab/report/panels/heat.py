"""Mean regret by two settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.figure import Figure

from sim.analysis.paired.comparison import Comparison
from sim.analysis.paired.effects import effect, hold, most_telling, regrets
from sim.analysis.report.axes import scale
from sim.analysis.report.model import Axis
from sim.analysis.score import REGRET, TITLE, WORDS
from sim.analysis.settings import display_value, short_name, two_words
from sim.analysis.units import digits
from sim.errors import LabError
from sim.lab.report.charts.style import PAGE, bare, figure, styled
from sim.lab.report.panels._lines import Floats
from sim.lab.report.panels.base import Asked, Panel
from sim.lazy import pd

_MOST = (14, 8)  # levels down and across
_LETTERS = 16  # of a level's name
_LEGIBLE = 0.55  # of the way from the lowest to the highest colour: dark from there on


@dataclass(frozen=True)
class Heat(Panel):
    """Mean regret by two settings, ``(rows, columns)``."""

    title = f"{TITLE} by two settings"
    order = 30
    down: Axis
    across: Axis
    values: Floats

    @classmethod
    def of(cls, asked: Asked) -> Heat | None:
        """Return the heat map, if at least two settings vary.

        The map is of one world unless the settings asked for span several; if none are, those with the largest effects
        are shown. It never averages over a setting whose effect is larger than what it shows: such a setting is held
        fixed at its level in the best of all.
        """
        found = asked.found
        keys = _asked(found, asked.keys) if asked.keys is not None else []
        inside, said = found.contenders, []
        if len(found.worlds) > 1 and not any(_of_world(found, key) for key in keys):
            world = found.middle
            inside = list(world.contenders)
            said.append(f"One world: {found.in_words(world)}.")
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
        means = frame.pivot_table(REGRET, index=keys[0], columns=keys[1])
        means = means.reindex(index=list(down.levels), columns=list(across.levels))
        return cls(" ".join(said), down, across, means.to_numpy(dtype=float))

    @styled
    def draw(self) -> Figure:
        """Return the map: a cell is a mean regret."""
        values = self.values
        made = figure(PAGE, 0.3 * len(values) + 0.9)
        axes = made.subplots()
        low, high = (float(one(values)) for one in (np.nanmin, np.nanmax)) if np.isfinite(values).any() else (0.0, 1.0)
        axes.pcolormesh(values, cmap="cividis_r", vmin=low, vmax=high, edgecolor="white", linewidth=1.5)
        for (row, column), value in np.ndenumerate(values):
            ink = "white" if value - low > _LEGIBLE * (high - low) else "black"
            text = digits(float(value)) if np.isfinite(value) else "-"
            axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=8, color=ink)
        axes.invert_yaxis()
        rows, columns = ([_short(tick) for tick in axis.ticks] for axis in (self.down, self.across))
        axes.set_yticks(np.arange(len(rows)) + 0.5, rows)
        axes.set_xticks(np.arange(len(columns)) + 0.5, columns)
        if sum(map(len, columns)) > 40:
            axes.tick_params(axis="x", labelrotation=30)
        bare(axes)
        axes.set_title(f"{WORDS}, dark is more", fontsize=9)
        axes.set(xlabel=self.across.name, ylabel=self.down.name)
        return made


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else text[: _LETTERS - 1] + "…"


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
