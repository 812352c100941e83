"""Which worlds and contenders have room in the figures."""

from __future__ import annotations

from dataclasses import dataclass

from sim.analysis.paired.comparison import Comparison, World
from sim.analysis.paired.contenders import Contender

_WORLDS = 3  # of more only one is drawn


@dataclass(frozen=True)
class Chosen:
    """What is drawn.

    Attributes:
        worlds: those that are.
        named: contenders with their names, the baselines first.
        note: what was left out.
    """

    worlds: tuple[World, ...]
    named: tuple[tuple[Contender, str], ...]
    note: str


def chosen(found: Comparison, most: int) -> Chosen:
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
    named = tuple((one, found.label(one, alone) + role) for one, role in [*bases, *rest][:most])
    return Chosen(worlds, named, _note(found, worlds, len(named)))


def _note(found: Comparison, worlds: tuple[World, ...], lines: int) -> str:
    said = []
    if len(worlds) < len(found.worlds):
        said.append(f"One of {len(found.worlds)} worlds is drawn, the middle one: {found.in_words(worlds[0])}.")
    if lines < (total := sum(len(world.contenders) for world in worlds)):
        said.append(f"{lines} of {total} lines are drawn: each baseline, the best of each level of each setting, then "
                    "the best. The table has all.")  # fmt: skip
    return " ".join(said)
