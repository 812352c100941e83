"""Columns of text, and which of them fit a width."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

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


def widths(columns: Sequence[Column], width: int) -> list[int]:
    """Return each column's width; wrapped ones get the rest.

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
    return found
