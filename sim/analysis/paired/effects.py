"""Effects of settings on mean regret, among contenders."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from sim.analysis.paired.contenders import Contender
from sim.analysis.score import REGRET
from sim.analysis.settings import display_value
from sim.lazy import pd

_FILLED = 0.5  # of the cells: fewer are those of two settings of which one follows from the other


def regrets(found: Sequence[Contender], names: Sequence[str]) -> pd.DataFrame:
    """Return settings and regret, a row for each contender."""
    rows = [
        {name: display_value(one.settings, name) for name in names} | {REGRET: one.mean}
        for one in found
        if np.isfinite(one.mean)
    ]
    return pd.DataFrame(rows, columns=[*names, REGRET])


def most_telling(frame: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """Return the two settings of largest effect, more levels first."""

    def telling(pair: tuple[str, ...]) -> tuple[bool, float]:
        filled = frame.groupby([*pair]).ngroups / (frame[pair[0]].nunique() * frame[pair[1]].nunique())
        return filled > _FILLED, sum(_spread(frame, [name]) for name in pair)

    first, second = max(combinations(names, 2), key=telling)
    return [first, second] if frame[first].nunique() >= frame[second].nunique() else [second, first]


def hold(frame: pd.DataFrame, keys: list[str], others: list[str]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Hold settings of larger effect than those shown fixed.

    Each is held at its level in the best of all.

    Args:
        frame: as of `regrets`.
        keys: the settings that are shown.
        others: those over which a mean would be taken.

    Returns:
        The remaining rows, and the settings held fixed with their levels.
    """
    fixed: dict[str, str] = {}
    while others:
        worst = max(others, key=lambda name: effect(frame, keys, name))
        if effect(frame, keys, worst) <= _spread(frame, keys):
            break
        fixed[worst] = level = frame[worst].iloc[int(frame[REGRET].to_numpy().argmin())]
        frame, others = frame[frame[worst] == level], [name for name in others if name != worst]
    return frame, fixed


def effect(frame: pd.DataFrame, keys: list[str], name: str) -> float:
    """Return a setting's mean effect within the cells of others."""
    cells = frame.groupby([*keys, name])[REGRET].mean().groupby(level=keys)
    moves = (cells.max() - cells.min())[cells.size() > 1]
    return float(moves.mean()) if len(moves) else 0.0


def _spread(frame: pd.DataFrame, names: list[str]) -> float:
    """Return the range of mean regret over levels of settings."""
    means = frame.groupby(names)[REGRET].mean()
    return float(means.max() - means.min())
