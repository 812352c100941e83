"""The place of impressions in a sequence that only grows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

Name = tuple[str, int, int]


@dataclass(frozen=True)
class Stream:
    """Where impressions stand in a sequence that only grows.

    It grows at its end. The log's sequences are those of serving, of delivery and of closing. A range of places then
    holds the same impressions in every refit.

    Attributes:
        name: of the sequence.
        first: place of the first row, from 0.
        final: returns whether labels of the places from one up to another never change again.
    """

    name: str
    first: int
    final: Callable[[int, int], bool]

    def moved(self, rows: int) -> Stream:
        """Return where the rows after the first ones stand."""
        return replace(self, first=self.first + rows) if rows else self

    def cuts(self, count: int, rows: int) -> list[tuple[int, int]]:
        """Return the ranges of rows between multiples of places.

        >>> Stream("served", 5, lambda first, end: True).cuts(8, 4)
        [(0, 3), (3, 7), (7, 8)]
        """
        ends = [*range(rows - self.first % rows, count, rows), count]
        return list(zip([0, *ends[:-1]], ends, strict=True))

    def range_name(self, start: int, stop: int) -> Name | None:
        """Return the name of rows, None if they may change."""
        first, end = self.first + start, self.first + stop
        return (self.name, first, end) if self.final(first, end) else None
