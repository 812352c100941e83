"""Tables, and sentences beside them, in the terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sim.lazy import rich

_FRAME = 3  # letters beside each column: its border and a space on either side
_MOST_OF_A_WORD = 24  # letters: longer words of a column that folds are broken


@dataclass(frozen=True)
class Column:
    """A column of text."""

    heading: str  # may be broken at its spaces
    cells: tuple[str, ...]
    right: bool = False
    rank: int = 0  # the greater, the sooner it is left out; 0: it never is
    folds: bool = False  # its cells may be broken over several lines
    bold: Collection[int] = ()  # the rows in which its cell stands out

    @property
    def widest(self) -> int:
        """The width at which no cell or heading word breaks."""
        lines = (line for text in self.cells for line in text.split("\n"))
        return max(map(len, (*self.heading.split(), *lines)), default=1)

    @property
    def least(self) -> int:
        """The width below which it is not to be shown."""
        if not self.folds:
            return self.widest
        words = (word for text in (self.heading, *self.cells) for word in text.split())
        return min(max(map(len, words), default=1), _MOST_OF_A_WORD)


def width_of(columns: Sequence[Column]) -> int:
    """Return the least width of a table of these columns."""
    return sum(column.least + _FRAME for column in columns) + 1


def fitting(columns: Sequence[Column], width: int) -> tuple[list[Column], list[str]]:
    """Return the columns that fit, and the headings left out."""
    kept = list(columns)
    while width_of(kept) > width and any(column.rank for column in kept):
        kept.remove(max(kept, key=lambda column: column.rank))
    return kept, [column.heading for column in columns if column not in kept]


def table_of(
    title: str, columns: Sequence[Column], width: int, bold: Collection[int] = (), ends: Collection[int] = ()
) -> rich.table.Table:
    """Return a table of columns that fit a width.

    Rows may be bold, or end a section: there is a line below.
    """
    table = rich.table.Table(title=rich.text.Text(title), title_justify="left", header_style="bold")
    for column, wide in zip(columns, _widths(columns, width), strict=True):
        table.add_column(
            rich.text.Text(column.heading), justify="right" if column.right else "left", width=wide, overflow="fold"
        )
    for n in range(len(columns[0].cells)):
        cells = [rich.text.Text(column.cells[n], style="bold" if n in column.bold else "") for column in columns]
        table.add_row(*cells, style="bold" if n in bold else None, end_section=n in ends)
    return table


def _widths(columns: Sequence[Column], width: int) -> list[int]:
    """Return each column's width; wrapped ones get the rest."""
    left = max(width - width_of(columns), 0)
    found = []
    for column in columns:
        more = min(column.widest - column.least, left)
        found.append(column.least + more)
        left -= more
    return found


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
