"""The report of a comparison in the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sim.lab.report.columns import COLUMNS
from sim.lab.report.model import Report, Stops, WorldReport
from sim.lab.report.text.fitted_table import Column, fitting, table_of, width_of

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console


def as_csv(table: pd.DataFrame) -> str:
    """Return a table as CSV; what is unknown is empty."""
    return table.to_csv(index=False, lineterminator="\n")


def show(report: Report, console: Console, most: int | None = None) -> None:
    """Print a table and the decisions for each world.

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
        if report.stops is not None:
            _show_stops(report.stops, console)


def show_next(report: Report, console: Console) -> None:
    """Print the command to run next, if there is one."""
    if report.next_command is not None:
        console.print(f"next:\n    {report.next_command}", highlight=False, soft_wrap=True, markup=False)


def _show(world: WorldReport, title: str, console: Console) -> None:
    rows = world.rows
    settings = [
        Column(setting.heading, tuple(row.settings[n] for row in rows), folds=True)
        for n, setting in enumerate(world.settings)
    ]
    scores = [Column(one.heading, tuple(map(one.cell, rows)), not one.words, one.rank) for one in COLUMNS]
    if width_of([*settings, *(column for column in scores if not column.rank)]) > console.width:
        settings = [Column("settings", tuple(row.label for row in rows), folds=True)]
    columns, left = fitting([*settings, *scores], console.width)
    console.print(table_of(title, columns, console.width, {n for n, row in enumerate(rows) if row.is_baseline}))
    if left:
        say([f"not shown at this width: {', '.join(left)}; --csv has all"], console)


def _show_stops(stops: Stops, console: Console) -> None:
    rows = stops.rows
    worlds = tuple(row.world for row in rows)
    columns = [
        *([Column("world", worlds, folds=True)] if len(set(worlds)) > 1 else []),
        Column("", tuple(row.label for row in rows), folds=True),
        Column("replications", tuple(str(row.replications) for row in rows), right=True),
        Column("half-width", tuple(row.half_width for row in rows), right=True),
        Column("stopped", tuple(row.why for row in rows), folds=True),
    ]
    console.print(table_of(stops.title, columns, console.width))


def say(lines: Iterable[str], console: Console) -> None:
    """Print sentences, a paragraph each."""
    for line in lines:
        console.print(line, highlight=False, markup=False)
