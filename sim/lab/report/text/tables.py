"""Tables, and sentences beside them, in the terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sim.analysis.report.columns import Column, fitting, width_of, widths
from sim.lazy import rich

__all__ = ["Column", "fitting", "plain_table", "say", "table_of", "width_of"]


def table_of(
    title: str, columns: Sequence[Column], width: int, bold: Collection[int] = (), ends: Collection[int] = ()
) -> rich.table.Table:
    """Return a table of columns that fit a width.

    Rows may be bold, or end a section: there is a line below.
    """
    table = rich.table.Table(title=rich.text.Text(title), title_justify="left", header_style="bold")
    for column, wide in zip(columns, widths(columns, width), strict=True):
        table.add_column(
            rich.text.Text(column.heading), justify="right" if column.right else "left", width=wide, overflow="fold"
        )
    for n in range(len(columns[0].cells)):
        cells = [rich.text.Text(column.cells[n], style="bold" if n in column.bold else "") for column in columns]
        table.add_row(*cells, style="bold" if n in bold else None, end_section=n in ends)
    return table


def plain_table(headings: Sequence[str], left: Collection[str], **options: Any) -> rich.table.Table:
    """Return an empty table; columns stand left or right."""
    table = rich.table.Table(header_style="bold", title_justify="left", **options)
    for heading in headings:
        table.add_column(heading, justify="left" if heading in left else "right", overflow="fold")
    return table


def say(lines: Iterable[str], console: rich.console.Console, whole: bool = False) -> None:
    """Print a paragraph each; whole lines are not wrapped."""
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=whole)
