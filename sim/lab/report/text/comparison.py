"""The report of a comparison in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.decisions import Decision
from sim.analysis.score import HEADING
from sim.lab.report.build import row_of
from sim.lab.report.model import Report, Row, WorldReport
from sim.lab.report.text.fitted_table import Column, fitting, table_of, width_of
from sim.lab.report.text.stops import show_stops

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

_COLUMNS: tuple[tuple[str, Callable[[Row], str], int], ...] = (  # heading, cell, rank: see `Column`
    (HEADING, lambda row: row.score.text, 0),
    ("may be best", lambda row: row.may_be_best, 1),
    ("behind", lambda row: row.behind.text, 0),
    ("wins", lambda row: row.wins_text, 4),
    ("p (Holm)", lambda row: row.p_text, 3),
    ("verdict", lambda row: row.verdict, 0),
    ("data age", lambda row: row.data_age.text, 2),
    ("cycle time", lambda row: row.cycle_time.text, 5),
    ("versions", lambda row: row.versions.text, 6),
    ("requests", lambda row: row.requests.text, 7),
)
HEADINGS = tuple(heading for heading, _, _ in _COLUMNS)
_WORDS = ("may be best", "verdict")


def cells_of(one: Contender, best: str, decision: Decision) -> list[str]:
    """Return what stands under `HEADINGS`."""
    row = row_of(one, best, decision)
    return [cell(row) for _, cell, _ in _COLUMNS]


def as_csv(table: pd.DataFrame) -> str:
    """Return a table as CSV: full precision, unknown is empty, lines end in ``\\n``."""
    return table.to_csv(index=False, lineterminator="\n")


def show(report: Report, console: Console, most: int | None = None) -> None:
    """Print a table and what was decided for each world; the baseline stands out.

    Args:
        report: what is said.
        console: where to.
        most: with more worlds than these none is printed: a verdict map says it in one; None: all are.
    """
    if most is None or len(report.worlds) <= most:
        for world in report.worlds:
            name = f"{report.title}, {world.heading}" if len(report.worlds) > 1 else report.title
            _show(world, name, console)
            say(world.paragraphs, console)
        say([" ".join(report.about)] if report.about else [], console)
        show_stops(report.stops, console)


def show_next(report: Report, console: Console) -> None:
    """Print the command that would settle what is undecided, if there is one."""
    if report.next_command is not None:
        console.print(f"next:\n    {report.next_command}", highlight=False, soft_wrap=True, markup=False)


def _show(world: WorldReport, title: str, console: Console) -> None:
    rows = world.rows
    settings = [
        Column(setting.heading, tuple(row.settings[n] for row in rows), folds=True)
        for n, setting in enumerate(world.settings)
    ]
    scores = [Column(heading, tuple(map(cell, rows)), heading not in _WORDS, rank) for heading, cell, rank in _COLUMNS]
    if width_of([*settings, *(column for column in scores if not column.rank)]) > console.width:
        settings = [Column("settings", tuple(row.label for row in rows), folds=True)]
    columns, left = fitting([*settings, *scores], console.width)
    console.print(table_of(title, columns, console.width, {n for n, row in enumerate(rows) if row.is_baseline}))
    if left:
        say([f"not shown at this width: {', '.join(left)}; --csv has all"], console)


def say(lines: Iterable[str], console: Console) -> None:
    """Print sentences, a paragraph each."""
    for line in lines:
        console.print(line, highlight=False, markup=False)
