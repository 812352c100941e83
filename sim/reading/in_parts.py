"""Labelled rows that are read part by part."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, Generic, TypeVar, cast

from sim.reading.lazy_rows import LazyRows
from sim.reading.stream import Name

T = TypeVar("T", bound="InParts[Any]")


class InParts(Generic[T]):
    """Rows of impressions that are read part by part.

    A subclass says what a part of it is, of the class ``T``.

    Attributes:
        impressions: the impression of each row.
        as_known: whether the rows are the log's own, with nothing added.
    """

    impressions: LazyRows[Any]
    as_known: bool

    def __len__(self) -> int:
        return len(self.impressions)

    @abstractmethod
    def part(self, start: int, stop: int) -> T:
        """Return a range of rows."""

    def parts(self, rows: int) -> Iterator[T]:
        """Yield all rows in order, so many together at most."""
        count = len(self)
        if count <= rows:
            yield cast("T", self)
            return
        for start in range(0, count, rows):
            yield self.part(start, start + rows)

    def pieces(self, rows: int) -> Iterator[tuple[Name | None, T]]:
        """Yield all rows in order, with names of lasting pieces.

        A piece with a name holds the same rows in every refit, so what was computed of it can be kept. Labels of the
        log are cut at multiples of their places in the log's sequence, which do not move with the window.
        """
        stream, count = self.impressions.stream if self.as_known else None, len(self)
        if stream is None or count <= rows:
            yield from ((None, part) for part in self.parts(rows))
            return
        for start, stop in stream.cuts(count, rows):
            yield stream.range_name(start, stop) if stop - start == rows else None, self.part(start, stop)
