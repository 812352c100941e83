"""A published table beside the measured one, as an answer."""

from __future__ import annotations

from math import isnan

from sim.analysis.published import UNDECIDED, YES, Comparison
from sim.analysis.published import UNKNOWN as NOT_COMPARED
from sim.analysis.published_table import Published
from sim.analysis.report.columns import Column, Part, Table
from sim.analysis.report.model import UNKNOWN, Answer
from sim.analysis.units import counted, listed
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
    parts: list[Part] = [Table(f"Source: {table.source}", columns)]
    if len(lines):
        statement = Column("", tuple(lines["statement"]), folds=True)
        parts.append(Table("Ratios and orders", [statement, *_numbers(lines), _same(lines)]))
    said, rules = _said(table, found), _rules(table)
    parts.append(f"{said[0].upper()}{said[1:]}. {rules}".rstrip())
    parts += [f"Left open by the source: {one}" for one in table.left_open]
    tables = {"table": cells, "statements": lines}
    return Answer("published", f"{table.about}: {said}", rules, tuple(parts), tables, about=f"Source: {table.source}")


def _said(table: Published, found: Comparison) -> str:
    """Return how much of what was published holds here."""
    ratios, lines = len(table.ratios) * len(table.columns), list(found.statements["same"])
    kinds = {_cell(table): list(found.cells["same"]), "ratio": lines[:ratios], "order": lines[ratios:]}
    known = {kind: [one for one in same if one != NOT_COMPARED] for kind, same in kinds.items()}
    told = [_counted(same, kind) for kind, same in known.items() if same]
    return f"{listed(told)} hold here" if told else "nothing could be compared"


def _counted(same: list[str], kind: str) -> str:
    """Return how many hold, and how many are open.

    >>> _counted(["yes", "undecided", "no"], "order")
    '1 of 3 orders (1 undecided)'
    """
    open_ones = same.count(UNDECIDED)
    return f"{same.count(YES)} of {counted(len(same), kind)}" + (f" ({open_ones} undecided)" if open_ones else "")


def _rules(table: Published) -> str:
    """Return when a number, a ratio and an order hold."""
    told = [] if table.only_orders else [(f"a {_cell(table)}", _when(table))]
    if table.ratios:
        within = dict.fromkeys(f"within {100 * one.tolerance:g} %" for one in table.ratios)
        told.append(("a ratio", " or ".join(within)))
    if table.orders:
        told.append(("an order", "if the 95 % interval of the paired difference lies below 0, each by itself"))
    said = [f"{what}{'' if n else ' holds'} {when}" for n, (what, when) in enumerate(told)]
    return f"{'; '.join(said).capitalize()}." if said else ""


def _cell(table: Published) -> str:
    return "bound" if table.at_most else "published number"


def _when(table: Published) -> str:
    if table.at_most:
        return "if the 95 % interval lies below it"
    if table.tolerance is None:
        return "if it is within the 95 % interval"
    return f"within {100 * table.tolerance:g} %"


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
