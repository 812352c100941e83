"""The table of how many replications each contender got, and why no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.lab.report.model import Stops
from sim.lab.report.text.fitted_table import Column, table_of

if TYPE_CHECKING:
    from rich.console import Console


def show_stops(stops: Stops | None, console: Console) -> None:
    """Print how many replications each contender got, and why no more."""
    if stops is None:
        return
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
