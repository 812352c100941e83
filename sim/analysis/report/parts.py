"""A report as paragraphs and tables, in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from sim.analysis.paired.decisions import NO, UNDECIDED
from sim.analysis.report.columns import Column, Part, Table, Whole
from sim.analysis.report.model import COLUMNS, UNKNOWN, MapCell, MapPanel, MapReport, Report, Stops, WorldReport

_NO_BUT_UNDECIDED = (
    'A row may be undecided and still not the best: "may be best" is a one-sided test against every other row, the '
    "verdict a two-sided one against the baseline, which needs more data."
)


def comparison_parts(report: Report, most: int | None = None) -> Iterator[Part]:
    """Yield a table and the decisions for each world.

    With more worlds than ``most`` there is none: a verdict map says it in one.
    """
    if most is not None and len(report.worlds) > most:
        return
    for world in report.worlds:
        yield _world(world, f"{report.title}. Here: {world.heading}" if len(report.worlds) > 1 else report.title)
        if any((row.may_be_best, row.verdict) == (NO, UNDECIDED) for row in world.rows):
            yield _NO_BUT_UNDECIDED
        yield from world.paragraphs
    if report.about:
        yield " ".join(report.about)
    if report.stops is not None:
        yield _stops(report.stops)


def opening_parts(report: Report) -> Iterator[str]:
    """Yield the decision, and what would change it."""
    if report.opening is not None:
        yield f"{report.opening.sentence} {report.opening.difference}".rstrip()
        if report.opening.changes:
            yield "What would change it:"
        yield from (f"  - {line}" for line in report.opening.changes)
        yield ""


def next_parts(report: Report) -> Iterator[str]:
    """Yield the command to run next, if there is one."""
    if report.next_command is not None:
        yield Whole(f"next:\n    {report.next_command}")


def map_parts(report: MapReport) -> Iterator[Part]:
    """Yield the map, one column per panel, and its paragraphs.

    Where it is narrow numbers stand below their verdicts. If that is not enough, some columns get tables of their own.
    """
    where = zip(*product(report.down.ticks, report.across.ticks), strict=True)
    keys = [
        Column(axis.name, cells, folds=True) for axis, cells in zip((report.down, report.across), where, strict=True)
    ]
    many = len(report.across.ticks)
    ends = range(many - 1, len(keys[0].cells), many)
    short = [[_panel(panel, "\n") for panel in row] for row in report.panels]
    split = [[row[n : n + size] for row in short for n in range(0, len(row), size)]
             for size in range(len(short[0]), 0, -1)]  # fmt: skip
    tables = [
        [Table("continued" if n else report.measured, [*keys, *columns], ends=ends) for n, columns in enumerate(groups)]
        for groups in ([[column for row in short for column in row]], *split)
    ]
    wide = [_panel(panel, " ") for row in report.panels for panel in row]
    yield Table(report.measured, [*keys, *wide], ends=ends, instead=tables)
    yield from report.paragraphs


def _world(world: WorldReport, title: str) -> Table:
    """Return a world's table; narrow ones have labels, no settings."""
    rows = world.rows
    settings = [
        Column(setting.heading, tuple(row.settings[n] for row in rows), folds=True)
        for n, setting in enumerate(world.settings)
    ]
    scores = [Column(one.heading, tuple(map(one.cell, rows)), not one.words, one.rank) for one in COLUMNS]
    label = Column("settings", tuple(row.label for row in rows), folds=True)
    bold = {n: "bold" for n, row in enumerate(rows) if row.is_baseline}
    return Table(title, [*settings, *scores], bold, instead=[[Table(title, [label, *scores], bold)]])


def _stops(stops: Stops) -> Table:
    rows = stops.rows
    worlds = tuple(row.world for row in rows)
    columns = [
        *([Column("world", worlds, folds=True)] if len(set(worlds)) > 1 else []),
        Column("", tuple(row.label for row in rows), folds=True),
        Column("replications", tuple(str(row.replications) for row in rows), right=True),
        Column("half-width", tuple(row.half_width for row in rows), right=True),
        Column("stopped", tuple(row.why for row in rows), folds=True),
    ]
    return Table(stops.title, columns)


def _panel(panel: MapPanel, between: str) -> Column:
    cells = [cell for row in panel.cells for cell in row]
    bold = {n for n, cell in enumerate(cells) if cell is not None and cell.decided}
    return Column(panel.title, tuple(_text(cell, between) for cell in cells), bold=bold)


def _text(cell: MapCell | None, between: str) -> str:
    return UNKNOWN if cell is None else f"{cell.verdict}{between}{cell.difference.text}".strip()
