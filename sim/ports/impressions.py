"""The agent's view of impressions: lazy columns of the log."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ports.long_order import Rows, long_order
from sim.ports.stream import Stream

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Read = Callable[[str, Rows], NDArray[Any]]


class NotKept(AttributeError):
    """A column that is not there was read.

    The log does not keep columns that no part of the agent says that it reads.
    """

    @staticmethod
    def unread(name: str) -> NotKept:
        """Return what to say of a column of the log."""
        if name == TRUTH:
            return NotKept.untold()
        return NotKept(f"{name} was not kept: no part of the agent has it in its class attribute `reads`")

    @staticmethod
    def untold() -> NotKept:
        """Return what to say of the truth."""
        return NotKept(f"{TRUTH} is the truth: only a correction with needs_truth reads it, while it makes examples")


class _Column:
    """A column that is read at first use."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, impressions: Impressions, owner: type) -> NDArray[Any]:
        column = impressions._read(self._name, impressions._rows)
        column.setflags(write=False)
        setattr(impressions, self._name, column)  # found before this descriptor from now on
        return column


class _Truth:
    """The column that is not always told: never kept."""

    def __get__(self, impressions: Impressions, owner: type) -> NDArray[Any]:
        column = impressions._read(TRUTH, impressions._rows)
        column.setflags(write=False)
        return column


class Impressions:
    """Impressions as r rows of columns.

    NaN in ``propensity`` and ``predicted`` means that the policy gave none.

    Attributes:
        number: ``(r,)`` in order of serving, from 0; -1 for a row that is not an impression served.
        request_at: ``(r,)`` seconds.
        user: ``(r,)``.
        visit: ``(r,)``.
        position: ``(r,)`` from 0.
        item: ``(r,)`` item ids.
        propensity: ``(r,)``.
        predicted: ``(r,)`` outcome that the serving policy expected.
        user_features: ``(r, p)``.
        item_features: ``(r, d)``.
        delivered_at: ``(r,)`` when the log learnt the outcome; infinite while pending.
        closes_at: ``(r,)`` from when no further outcome can arrive; ``delivered_at`` where there is no window;
            infinite while unknown.
        label: ``(r,)`` 1 for a delivered positive, else 0 (0 while pending: not yet known).
        outcome: ``(r,)`` the label that the impression settles to, known or not, NaN if it never comes back. Only a
            correction with ``needs_truth`` can read it, and only while it makes examples; a copy does not have it.

    Args:
        count: r.
        read: from the name of a column and rows to that column of these rows.
        rows: which rows of what ``read`` reads, or how to find them when a column is first asked for.
        stream: where they stand in a sequence of the log, or None.
    """

    number = _Column()
    request_at = _Column()
    user = _Column()
    visit = _Column()
    position = _Column()
    item = _Column()
    propensity = _Column()
    predicted = _Column()
    user_features = _Column()
    item_features = _Column()
    delivered_at = _Column()
    closes_at = _Column()
    label = _Column()
    outcome = _Truth()

    _rows: Rows

    def __init__(self, count: int, read: Read, rows: Rows | Callable[[], Rows], stream: Stream | None = None) -> None:
        self._count, self._read, self.stream = count, read, stream
        if callable(rows):
            self._find = rows
        else:
            self._rows = rows

    @classmethod
    def of(cls, columns: dict[str, NDArray[Any]]) -> Impressions:
        """Return impressions with these columns.

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

        return cls(count, read, slice(None))

    def __len__(self) -> int:
        return self._count

    def __getattr__(self, name: str) -> Any:
        """Find the rows on first use; name the columns otherwise."""
        if name == "_rows" and (find := vars(self).pop("_find", None)) is not None:
            self._rows = found = find()
            return found
        if name in COLUMNS or name == TRUTH:
            return self._read(name, self._rows)  # raises the error of the read again
        raise AttributeError(f"impressions have no column {name!r}; they have {', '.join(COLUMNS)}")

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Impressions:
        """Return the impressions of an index or a mask."""
        index = np.arange(self._count)[rows]  # checks bounds; negative numbers count from the end
        return Impressions(len(index), self._read, self._at(index))

    def part(self, start: int, stop: int) -> Impressions:
        """Return the impressions of a range of rows.

        Columns are then read for these rows only.
        """
        stop = min(stop, self._count)
        stream = self.stream and self.stream.moved(start)
        return Impressions(max(stop - start, 0), self._read, self._at(slice(start, stop)), stream)

    def _at(self, rows: Rows) -> Rows:
        """Return where rows of these impressions are read."""
        own = self._rows
        if not isinstance(own, slice):
            return own[rows]
        first = own.start or 0
        return slice(first + rows.start, first + rows.stop) if isinstance(rows, slice) else rows + first

    def until(self, name: str, last: float) -> Impressions:
        """Return the impressions whose column is at most ``last``.

        They are in rising order of that column; ties keep their order.

        It takes little memory, however many there are.
        """

        def values(rows: Rows) -> Floats:
            column = self._read(name, self._at(rows))
            return np.where(column <= last, column, np.inf)

        order = long_order(values, self._count)
        return Impressions(len(order), self._read, self._at(order))

    def kept(self) -> Impressions:
        """Return a copy with columns of its own.

        It keeps no memory of the log alive.
        """
        columns = {}
        for name in COLUMNS:
            with suppress(NotKept):
                columns[name] = np.array(getattr(self, name))
        return Impressions.of(columns)

    def replace(self, **columns: NDArray[Any]) -> Impressions:
        """Return the same impressions with other columns."""

        def read(name: str, rows: Rows) -> NDArray[Any]:
            return np.array(columns[name] if name in columns else getattr(self, name))[rows]

        return Impressions(self._count, read, slice(None))

    @staticmethod
    def join(parts: list[Impressions]) -> Impressions:
        """Return the impressions of one or more parts, concatenated."""
        if len(parts) == 1:
            return parts[0]

        count = sum(map(len, parts))
        whole: dict[str, NDArray[Any]] = {}

        def read(name: str, rows: Rows) -> NDArray[Any]:
            if isinstance(rows, slice):
                return np.concatenate([getattr(part, name) for part in _between(parts, *rows.indices(count)[:2])])
            if name in whole:
                return whole[name][rows]
            joined = np.concatenate([getattr(part, name) for part in parts])
            if name != TRUTH:
                whole[name] = joined
            return joined[rows]

        return Impressions(count, read, slice(None))


def _between(parts: list[Impressions], start: int, stop: int) -> list[Impressions]:
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


TRUTH = "outcome"
SPARED = ("propensity", "predicted")  # not kept where no part of the agent reads them
COLUMNS = tuple(name for name, part in vars(Impressions).items() if isinstance(part, _Column))
