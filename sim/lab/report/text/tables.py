"""Paragraphs and tables in the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from sim.analysis.report.columns import Part, Table, Whole, arranged, widths
from sim.lazy import pd, rich


def show(parts: Iterable[Part], console: rich.console.Console, more: str | None = None) -> None:
    """Print paragraphs and tables, without columns that do not fit.

    Those are named with ``more``, which says where they are; None: they are not named.
    """
    for part in parts:
        if isinstance(part, str):
            say([part], console, isinstance(part, Whole))
            continue
        for table, left in arranged(part, console.width):
            console.print(table_of(table, console.width))
            if left and more is not None:
                say([f"not shown at this width: {', '.join(left)}{more}"], console)


def table_of(table: Table, width: int) -> rich.table.Table:
    """Return a table of columns that fit a width."""
    title = rich.text.Text(table.title) if table.title else None
    made = rich.table.Table(title=title, title_justify="left", header_style="bold")
    for column, wide in zip(table.columns, widths(table.columns, width), strict=True):
        heading = rich.text.Text(column.heading)
        made.add_column(heading, justify="right" if column.right else "left", width=wide, overflow="fold")
    for n in range(table.rows):
        cells = [rich.text.Text(column.cells[n], style="bold" if n in column.bold else "") for column in table.columns]
        made.add_row(*cells, style=table.styles.get(n), end_section=n in table.ends)
    return made


def say(lines: Iterable[str], console: rich.console.Console, whole: bool = False) -> None:
    """Print a paragraph each; whole lines are not wrapped."""
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=whole)


def as_csv(table: pd.DataFrame) -> str:
    """Return a table as CSV; what is unknown is empty."""
    return table.to_csv(index=False, lineterminator="\n")
