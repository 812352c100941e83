"""The verdict map in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

from sim.analysis.score import TITLE
from sim.lab.report.model import MapCell, MapPanel, MapReport
from sim.lab.report.text.fitted_table import Column, table_of, width_of

if TYPE_CHECKING:
    from rich.console import Console


def print_map(report: MapReport, console: Console) -> None:
    """Print the map as a table, one column per panel.

    In a narrow terminal numbers stand below their verdicts. If that is not enough, each agent gets a table of its own.
    """
    title = f"{TITLE}, {' or '.join(report.contenders)} less online: mean of the pairs ± 95 % interval"
    across = len(report.across.ticks)
    where = zip(*product(report.down.ticks, report.across.ticks), strict=True)
    keys = [
        Column(axis.name, cells, folds=True) for axis, cells in zip((report.down, report.across), where, strict=True)
    ]
    for columns in _tables(report, keys, console.width):
        ends = range(across - 1, len(columns[0].cells), across)
        console.print(table_of(title, [*keys, *columns], console.width, ends=ends))
        title = "continued"
    for part in report.paragraphs:
        console.print(part, highlight=False, markup=False)


def _tables(report: MapReport, keys: Sequence[Column], width: int) -> list[list[Column]]:
    """Return the columns of each table; one table if possible."""
    for between in (" ", "\n"):
        agents = [[_column(panel, between) for panel in row] for row in report.panels]
        columns = [column for row in agents for column in row]
        if width_of([*keys, *columns]) <= width:
            return [columns]
    most = max(sum(width_of([*keys, *row[:n]]) <= width for n in range(1, len(row) + 1)) for row in agents)
    return [row[n : n + max(most, 1)] for row in agents for n in range(0, len(row), max(most, 1))]


def _column(panel: MapPanel, between: str) -> Column:
    cells = [cell for row in panel.cells for cell in row]
    bold = {n for n, cell in enumerate(cells) if cell is not None and cell.decided}
    return Column(panel.title, tuple(_text(cell, between) for cell in cells), bold=bold)


def _text(cell: MapCell | None, between: str) -> str:
    return "-" if cell is None else f"{cell.verdict}{between}{cell.difference.text}".strip()
