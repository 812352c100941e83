"""A published table beside the measured one, in the terminal."""

from __future__ import annotations

from math import isnan

from sim.analysis.published import Comparison, summary
from sim.analysis.published_table import Published
from sim.analysis.report.model import UNKNOWN as NOTHING
from sim.lab.report.text.tables import Column, fitting, say, table_of
from sim.lazy import pd, rich

_LARGE = 1000.0  # numbers from here on are shown without decimals


def print_published(table: Published, found: Comparison, console: rich.console.Console) -> None:
    """Print cells, ratios and orders, and what was left open."""
    cells = found.cells
    columns = [
        Column("", tuple(cells["row"]), folds=True),
        Column("column", tuple(cells["column"]), folds=True),
        *_numbers(cells),
        Column("ratio", tuple(map(_text, cells["ratio"])), right=True, rank=1),
        Column("same", tuple(one or NOTHING for one in cells["same"])),
    ]
    console.print(table_of(f"Published: {table.source}", fitting(columns, console.width)[0], console.width))
    if len(found.statements):
        lines = found.statements
        columns = [
            Column("", tuple(lines["statement"]), folds=True),
            *_numbers(lines),
            Column("same", tuple(one or NOTHING for one in lines["same"])),
        ]
        console.print(table_of("Ratios and orders", fitting(columns, console.width)[0], console.width))
    say([summary(table, found), *(f"Left open by the source: {one}" for one in table.left_open)], console)


def _numbers(rows: pd.DataFrame) -> list[Column]:
    ends = [(_text(low), _text(high)) for low, high in zip(rows["low"], rows["high"], strict=True)]
    intervals = tuple(NOTHING if low == NOTHING else f"{low} … {high}" for low, high in ends)
    return [
        Column("published", tuple(map(_text, rows["published"])), right=True),
        Column("measured", tuple(map(_text, rows["measured"])), right=True),
        Column(
            "95 % interval",
            intervals,
            right=True,
            rank=2,
        ),
    ]


def _text(value: float | None) -> str:
    """Return a number with four digits.

    >>> _text(24145.3), _text(0.01152), _text(None)
    ('24,145', '0.01152', '-')
    """
    if value is None or isnan(value):
        return NOTHING
    return f"{value:,.0f}" if abs(value) >= _LARGE else f"{value:.4g}"
