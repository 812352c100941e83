"""Rows whose columns are read when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.reading.columns import TRUTH, Column, NotKept, Read, Rows
from sim.reading.long_order import long_order
from sim.reading.stream import Stream

Floats = NDArray[np.float64]
T = TypeVar("T", bound="LazyRows[Any]")
_WHOLE = 65_536  # rows up to which a column of joined parts is kept whole


class LazyRows(Generic[T]):
    """Rows that stand somewhere in a log.

    A subclass ``T`` names its columns, as `Column`. What is made of its rows, or of a subclass's, is a ``T``.

    Attributes:
        names: of its columns.

    Args:
        count: of the rows.
        read: from the name of a column and rows to that column of these rows.
        rows: which rows of what ``read`` reads, or how to find them when a column is first asked for.
        stream: where they stand in a sequence of the log, or None.
    """

    names: ClassVar[tuple[str, ...]] = ()
    _kind: ClassVar[type[Any]]  # the class ``T``
    _rows: Rows

    def __init__(self, count: int, read: Read, rows: Rows | Callable[[], Rows], stream: Stream | None = None) -> None:
        self._count, self._read, self.stream = count, read, stream
        if callable(rows):
            self._find = rows
        else:
            self._rows = rows

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.names = (*cls.names, *(name for name, part in vars(cls).items() if isinstance(part, Column)))
        if LazyRows in cls.__bases__:
            cls._kind = cls

    @classmethod
    def _made(cls, count: int, read: Read, rows: Rows, stream: Stream | None = None) -> T:
        """Return rows of the class ``T``."""
        made: T = cls._kind(count, read, rows, stream)
        return made

    @classmethod
    def of(cls, columns: dict[str, NDArray[Any]]) -> T:
        """Return rows with these columns.

        Columns that are never read may be missing. Without ``number`` the rows are not impressions served: a version
        that learns from them has learnt no impression.
        """
        count = len(next(iter(columns.values())))

        def read(name: str, rows: Rows) -> NDArray[Any]:
            if name in columns:
                return columns[name][rows]
            if name == "number":
                return np.full(count, -1)[rows]
            raise NotKept(f"these impressions have no column {name!r}; they have {', '.join(columns)}")

        return cls._made(count, read, slice(None))

    def __len__(self) -> int:
        return self._count

    def __getattr__(self, name: str) -> Any:
        """Find the rows on first use; name the columns otherwise."""
        if name == "_rows" and (find := vars(self).pop("_find", None)) is not None:
            self._rows = found = find()
            return found
        if name in self.names or name == TRUTH:
            return self._read(name, self._rows)  # raises the error of the read again
        raise AttributeError(f"impressions have no column {name!r}; they have {', '.join(self.names)}")

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> T:
        """Return the rows of an index or a mask."""
        index = np.arange(self._count)[rows]  # checks bounds; negative numbers count from the end
        return self._made(len(index), self._read, self._at(index))

    def part(self, start: int, stop: int) -> T:
        """Return a range of rows.

        Columns are then read for these rows only.
        """
        stop = min(stop, self._count)
        stream = self.stream and self.stream.moved(start)
        return self._made(max(stop - start, 0), self._read, self._at(slice(start, stop)), stream)

    def _at(self, rows: Rows) -> Rows:
        """Return where rows of these are read."""
        own = self._rows
        if not isinstance(own, slice):
            return own[rows]
        first = own.start or 0
        return slice(first + rows.start, first + rows.stop) if isinstance(rows, slice) else rows + first

    def until(self, name: str, last: float) -> T:
        """Return the rows whose column is at most ``last``.

        They are in rising order of that column; ties keep their order. It takes little memory, however many there are.
        """

        def values(rows: Rows) -> Floats:
            column = self._read(name, self._at(rows))
            return np.where(column <= last, column, np.inf)

        order = long_order(values, self._count)
        return self._made(len(order), self._read, self._at(order))

    def kept(self) -> T:
        """Return a copy that keeps no log alive."""
        return self.of(self.columns())

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return copies of the columns that there are, by name."""
        columns = {}
        for name in self.names:
            with suppress(NotKept):
                columns[name] = np.array(getattr(self, name))
        return columns

    def replace(self, **columns: NDArray[Any]) -> T:
        """Return the same rows with other columns."""

        def read(name: str, rows: Rows) -> NDArray[Any]:
            return np.array(columns[name] if name in columns else getattr(self, name))[rows]

        return self._made(self._count, read, slice(None))

    @classmethod
    def join(cls, parts: list[T]) -> T:
        """Return the rows of one or more parts, concatenated."""
        if len(parts) == 1:
            return parts[0]

        count = sum(map(len, parts))
        whole: dict[str, NDArray[Any]] = {}

        def read(name: str, rows: Rows) -> NDArray[Any]:
            if isinstance(rows, slice):
                return np.concatenate([getattr(part, name) for part in _between(parts, *rows.indices(count)[:2])])
            if name in whole:
                return whole[name][rows]
            if count > _WHOLE:
                return _gathered(parts, name, rows)
            joined = np.concatenate([getattr(part, name) for part in parts])
            if name != TRUTH:
                whole[name] = joined
            return joined[rows]

        return cls._made(count, read, slice(None))


def _between(parts: list[Any], start: int, stop: int) -> list[Any]:
    """Return the pieces of parts in a range of rows.

    An empty range gives one empty piece.
    """
    pieces = []
    for part in parts:
        low, high = max(start, 0), min(stop, len(part))
        if low < high:
            pieces.append(part if high - low == len(part) else part.part(low, high))
        start, stop = start - len(part), stop - len(part)
    return pieces or [parts[0].part(0, 0)]


def _gathered(parts: list[Any], name: str, rows: NDArray[np.integer[Any]]) -> NDArray[Any]:
    """Return a column of some rows of joined parts."""
    starts = np.cumsum([0, *map(len, parts)])
    of = starts.searchsorted(rows, side="right") - 1
    places = [np.flatnonzero(of == n) for n in range(len(parts))]
    read = [
        part._read(name, part._at(rows[own] - start)) for part, own, start in zip(parts, places, starts, strict=False)
    ]
    joined = np.concatenate(read)
    column = np.empty_like(joined)
    column[np.concatenate(places)] = joined
    return column
