"""Which worlds, contenders and levels are drawn, and their looks."""

from __future__ import annotations

from dataclasses import dataclass

from sim.analysis.paired.comparison import Comparison, World
from sim.analysis.paired.contenders import Contender
from sim.lab.report.palette import BASELINE, LINES, Look, look
from sim.lazy import pd

AGE = "staleness/data_age/mean"
MOST = len(LINES) + 1  # a colour each, and black
_WORLDS = 3  # of more only one is drawn


@dataclass(frozen=True)
class Series:
    """A contender with a line in the figures."""

    contender: Contender
    name: str
    look: Look


@dataclass(frozen=True)
class Selection:
    """What is drawn; ``note`` says what was left out."""

    worlds: tuple[World, ...]
    series: tuple[Series, ...]
    note: str


def drawn(found: Comparison) -> Selection:
    """Return the baselines, and the best contenders of each level.

    Of up to three worlds every one has its turn, of more the one in the middle is drawn.
    """
    worlds = found.worlds if len(found.worlds) <= _WORLDS else (found.middle,)
    alone = worlds[0] if len(worlds) == 1 else None
    bases = [(world.contenders[world.baseline], " (baseline)") for world in worlds]
    rows = [[(one, "") for one in found.best_of_levels(world)] for world in worlds]
    rest = [row[turn] for turn in range(MOST) for row in rows if turn < len(row)]
    series = tuple(
        Series(one, found.label(one, alone) + role, BASELINE if alone and n == 0 else look(n - (alone is not None)))
        for n, (one, role) in enumerate([*bases, *rest][:MOST])
    )
    return Selection(worlds, series, _note(found, worlds, len(series)))


def first(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the first replication."""
    return table[table["replication"] == table["replication"].min()] if "replication" in table else table


def _note(found: Comparison, worlds: tuple[World, ...], lines: int) -> str:
    said = []
    if len(worlds) < len(found.worlds):
        said.append(f"One of {len(found.worlds)} worlds is drawn, the middle one: {found.in_words(worlds[0])}.")
    if lines < (total := sum(len(world.contenders) for world in worlds)):
        said.append(f"{lines} of {total} lines are drawn: each baseline, the best of each level of each setting, then "
                    "the best. The table has all.")  # fmt: skip
    return " ".join(said)
