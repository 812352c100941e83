"""Which worlds, contenders and levels are drawn, and their looks."""

from __future__ import annotations

from dataclasses import dataclass

from sim.analysis.paired.comparison import Comparison, World
from sim.analysis.paired.contenders import Contender
from sim.analysis.report.chosen import chosen
from sim.lab.report.palette import BASELINE, LINES, Look, look
from sim.lazy import pd

AGE = "staleness/data_age/mean"
MOST = len(LINES) + 1  # a colour each, and black


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
    """Return the contenders that have room, each with its look."""
    shown = chosen(found, MOST)
    alone = len(shown.worlds) == 1
    series = (Series(one, name, BASELINE if alone and n == 0 else look(n - alone))
              for n, (one, name) in enumerate(shown.named))  # fmt: skip
    return Selection(shown.worlds, tuple(series), shown.note)


def first(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the first replication."""
    return table[table["replication"] == table["replication"].min()] if "replication" in table else table
