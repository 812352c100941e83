"""Tables of text, and which columns fit a width."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

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


@dataclass(frozen=True)
class Table:
    """A table of text, as people read it."""

    title: str
    columns: Sequence[Column]
    styles: Mapping[int, str] = field(default_factory=dict)  # rows that stand out: bold, dim
    ends: Collection[int] = ()  # rows with a line below
    instead: Sequence[Sequence[Table]] = ()  # tables to show where it does not fit, the widest first

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.columns[0].cells)


class Whole(str):
    """A paragraph that is not wrapped, such as a command."""

    __slots__ = ()


Part = str | Table  # what people read, a paragraph or a table


def columns_of(headings: Sequence[str], rows: Iterable[Sequence[str]], words: Collection[str]) -> tuple[Column, ...]:
    """Return columns from rows; those of words fold.

    >>> [column.cells for column in columns_of(("a", "b"), [("x", "1"), ("y", "2")], ("a",))]
    [('x', 'y'), ('1', '2')]
    """
    cells = list(zip(*rows, strict=True)) or [()] * len(headings)
    return tuple(
        Column(heading, tuple(own), right=heading not in words, folds=heading in words)
        for heading, own in zip(headings, cells, strict=True)
    )


def width_of(columns: Sequence[Column]) -> int:
    """Return the least width of a table of these columns."""
    return sum(column.least + _FRAME for column in columns) + 1


def fitting(columns: Sequence[Column], width: int) -> tuple[list[Column], list[str]]:
    """Return the columns that fit, and the headings left out."""
    kept = list(columns)
    while width_of(kept) > width and any(column.rank for column in kept):
        kept.remove(max(kept, key=lambda column: column.rank))
    return kept, [column.heading for column in columns if column not in kept]


def arranged(table: Table, width: int) -> Iterator[tuple[Table, list[str]]]:
    """Yield the tables shown, and the headings left out."""
    choices = [[table], *table.instead]
    for one in next((tables for tables in choices if all(map(partial(_fits, width=width), tables))), choices[-1]):
        kept, left = fitting(one.columns, width)
        yield replace(one, columns=kept), left


def _fits(table: Table, width: int) -> bool:
    return width_of([column for column in table.columns if not column.rank]) <= width


def widths(columns: Sequence[Column], width: int) -> list[int]:
    """Return each column's width; whole headings come last.

    Args:
        columns: those that fit.
        width: of the table, letters.
    """
    left = max(width - width_of(columns), 0)
    found = []
    for column in columns:
        more = min(column.widest - column.least, left)
        found.append(column.least + more)
        left -= more
    for n, column in enumerate(columns):
        more = max(len(column.heading) - found[n], 0)
        if more <= left:
            found[n] += more
            left -= more
    return found
