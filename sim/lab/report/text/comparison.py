"""The report of a comparison in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from sim.analysis.report.model import COLUMNS, MapCell, MapPanel, MapReport, Report, Stops, WorldReport
from sim.lab.report.text.tables import Column, fitting, say, table_of, width_of
from sim.lazy import pd, rich


def as_csv(table: pd.DataFrame) -> str:
    """Return a table as CSV; what is unknown is empty."""
    return table.to_csv(index=False, lineterminator="\n")


def show(report: Report, console: rich.console.Console, most: int | None = None) -> None:
    """Print a table and the decisions for each world.

    With more worlds than ``most`` none is printed: a verdict map says it in one.
    """
    if most is None or len(report.worlds) <= most:
        for world in report.worlds:
            _show(world, f"{report.title}, {world.heading}" if len(report.worlds) > 1 else report.title, console)
            say(world.paragraphs, console)
        say([" ".join(report.about)] if report.about else [], console)
        if report.stops is not None:
            _show_stops(report.stops, console)


def show_opening(report: Report, console: rich.console.Console) -> None:
    """Print the decision, and what would change it."""
    if report.opening is not None:
        decided = f"{report.opening.sentence} {report.opening.difference}".rstrip()
        changes = [f"  - {line}" for line in report.opening.changes]
        say([decided, *(["What would change it:"] if changes else []), *changes, ""], console)


def show_next(report: Report, console: rich.console.Console) -> None:
    """Print the command to run next, if there is one."""
    if report.next_command is not None:
        say([f"next:\n    {report.next_command}"], console, whole=True)


def _show(world: WorldReport, title: str, console: rich.console.Console) -> None:
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


def _show_stops(stops: Stops, console: rich.console.Console) -> None:
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


def print_map(report: MapReport, console: rich.console.Console) -> None:
    """Print the map as a table, one column per panel.

    In a narrow terminal numbers stand below their verdicts. If that is not enough, each agent gets a table of its own.
    """
    title = report.measured
    across = len(report.across.ticks)
    where = zip(*product(report.down.ticks, report.across.ticks), strict=True)
    keys = [
        Column(axis.name, cells, folds=True) for axis, cells in zip((report.down, report.across), where, strict=True)
    ]
    for columns in _tables(report, keys, console.width):
        ends = range(across - 1, len(columns[0].cells), across)
        console.print(table_of(title, [*keys, *columns], console.width, ends=ends))
        title = "continued"
    say(report.paragraphs, console)


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
