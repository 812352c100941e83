"""A published table beside the measured one, as an answer."""

from __future__ import annotations

from math import isnan

from sim.analysis.published import Comparison, summary
from sim.analysis.published_table import Published
from sim.analysis.report.columns import Column, Part, Table
from sim.analysis.report.model import UNKNOWN, Answer
from sim.lazy import pd

_LARGE = 1000.0  # numbers from here on are shown without decimals


def answer_of(table: Published, found: Comparison) -> Answer:
    """Return cells, ratios and orders, and what was left open."""
    cells, lines = found.cells, found.statements
    columns = [
        Column("", tuple(cells["row"]), folds=True),
        Column("column", tuple(cells["column"]), folds=True),
        *_numbers(cells),
        Column("ratio", tuple(map(_text, cells["ratio"])), right=True, rank=1),
        _same(cells),
    ]
    parts: list[Part] = [Table(f"Published: {table.source}", columns)]
    if len(lines):
        statement = Column("", tuple(lines["statement"]), folds=True)
        parts.append(Table("Ratios and orders", [statement, *_numbers(lines), _same(lines)]))
    said = summary(table, found)
    parts += [said, *(f"Left open by the source: {one}" for one in table.left_open)]
    return Answer("published", table.source, said, tuple(parts), {"table": cells, "statements": lines})


def _numbers(rows: pd.DataFrame) -> list[Column]:
    ends = [(_text(low), _text(high)) for low, high in zip(rows["low"], rows["high"], strict=True)]
    intervals = tuple(UNKNOWN if low == UNKNOWN else f"{low} … {high}" for low, high in ends)
    return [
        *(Column(name, tuple(map(_text, rows[name])), right=True) for name in ("published", "measured")),
        Column("95 % interval", intervals, right=True, rank=2),
    ]


def _same(rows: pd.DataFrame) -> Column:
    return Column("same", tuple(one or UNKNOWN for one in rows["same"]))


def _text(value: float | None) -> str:
    """Return a number with four digits.

    >>> _text(24145.3), _text(0.01152), _text(None)
    ('24,145', '0.01152', '-')
    """
    if value is None or isnan(value):
        return UNKNOWN
    return f"{value:,.0f}" if abs(value) >= _LARGE else f"{value:.4g}"
