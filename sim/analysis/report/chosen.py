"""Which worlds and contenders have room in the figures."""

from __future__ import annotations

from dataclasses import dataclass

from sim.analysis.paired.comparison import Comparison, World
from sim.analysis.paired.contenders import Contender
from sim.analysis.report.lines import BASELINE

MOST = 8  # lines: a colour each, and black
_WORLDS = 3  # of more only one is drawn


@dataclass(frozen=True)
class Series:
    """A contender with a line in the figures."""

    contender: Contender
    name: str
    place: int  # among lines of different colours; `BASELINE` in a single world


@dataclass(frozen=True)
class Chosen:
    """What is drawn.

    Attributes:
        worlds: those that are.
        series: contenders with a line, the baselines first.
        note: what was left out.
    """

    worlds: tuple[World, ...]
    series: tuple[Series, ...]
    note: str


def chosen(found: Comparison, most: int = MOST) -> Chosen:
    """Return the baselines, and the best contenders of each level.

    Of up to three worlds every one has its turn, of more the one in the middle is drawn.

    Args:
        found: a comparison.
        most: how many contenders have room.
    """
    worlds = found.worlds if len(found.worlds) <= _WORLDS else (found.middle,)
    alone = worlds[0] if len(worlds) == 1 else None
    bases = [(world.contenders[world.baseline], " (baseline)") for world in worlds]
    rows = [[(one, "") for one in found.best_of_levels(world)] for world in worlds]
    rest = [row[turn] for turn in range(most) for row in rows if turn < len(row)]
    series = tuple(
        Series(one, found.label(one, alone) + role, n if alone is None else n + BASELINE)
        for n, (one, role) in enumerate([*bases, *rest][:most])
    )
    return Chosen(worlds, series, _note(found, worlds, len(series)))


def _note(found: Comparison, worlds: tuple[World, ...], lines: int) -> str:
    said = []
    if len(worlds) < len(found.worlds):
        said.append(f"One of {len(found.worlds)} worlds is drawn, the middle one: {found.in_words(worlds[0])}.")
    if lines < (total := sum(len(world.contenders) for world in worlds)):
        said.append(f"{lines} of {total} lines are drawn: each baseline, the best of each level of each setting, then "
                    "the best. The table has all.")  # fmt: skip
    return " ".join(said)
