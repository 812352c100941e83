"""The log's columns, as they are stored and read.

What belongs to a request is stored once a request, however many impressions it has; number and position of an
impression follow from its row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from sim.reading import NotKept, Read, Rows

Columns = dict[str, NDArray[Any]]
Features = Callable[[NDArray[np.int64]], NDArray[np.float64]]
_OF_REQUEST: dict[str, type] = {"request_at": np.float64, "user": np.int64, "visit": np.int64}
_OF_IMPRESSION: dict[str, type] = {
    "item": np.int64,
    "propensity": np.float64,
    "predicted": np.float64,
    "delivered_at": np.float64,
    "closes_at": np.float64,
    "label": np.float64,
}
CONTEXT = "context"  # agents get it as the last columns of `user_features`
OF_REQUEST = frozenset({*_OF_REQUEST, CONTEXT})
KINDS = _OF_REQUEST | _OF_IMPRESSION  # as agents get them
NARROW = KINDS | {"user": np.int32, "visit": np.int32, "item": np.int32, "label": np.bool_}
OF_INCIDENTS: dict[str, type] = {"due_at": np.float64, "lost": np.bool_}  # agents cannot see them
SPARED = ("propensity", "predicted")  # not kept where no part of the agent reads them
_UNKNOWN = {"delivered_at": np.inf, "closes_at": np.inf, "label": 0.0}


def kinds(
    spared: frozenset[str],
    *,
    narrow: bool,
    context: int = 0,
    valued: bool = False,
    reverses: bool = False,
    also: frozenset[str] = frozenset(),
) -> dict[str, DTypeLike]:
    """Return the stored columns.

    They include ``learnt`` and ``reversed_at``, which agents cannot see.

    Args:
        spared: those that are not.
        narrow: False where each entry is looked at by itself: it is not to be converted too.
        context: numbers of a request's context.
        valued: whether a label may be any number.
        reverses: whether positives may be taken back.
        also: those of `OF_INCIDENTS` that are.
    """
    stored: dict[str, DTypeLike] = {
        name: kind for name, kind in (NARROW if narrow else KINDS).items() if name not in spared
    }
    if valued:
        stored["label"] = KINDS["label"]
    if reverses:
        stored["reversed_at"] = np.float64
    stored |= {name: kind for name, kind in OF_INCIDENTS.items() if name in also}
    if context:
        stored[CONTEXT] = (np.float64, (context,))
    return stored | {"learnt": np.bool_}


class Table:
    """Rows of impressions, ``size`` of them a request.

    Args:
        size: impressions of a request.
        kinds: of the columns that are kept.
        room: rows, a multiple of ``size``; what is not written to is no memory yet.

    Attributes:
        first: number of the impression in the first row.
        columns: as stored, those of a request with a row per request.
    """

    def __init__(self, size: int, kinds: dict[str, DTypeLike], room: int) -> None:
        self.size, self.first = size, 0
        self.columns: Columns = {name: np.zeros(self._rows(name, room), kind) for name, kind in kinds.items()}

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a column, with a row per impression or request.

        Per request if the column belongs to the request.
        """
        return self.columns[name]

    @property
    def room(self) -> int:
        """How many rows there is room for."""
        return len(self.columns["item"])

    def _rows(self, name: str, rows: int) -> int:
        return rows // self.size if name in OF_REQUEST else rows

    def write(self, row: int, count: int, columns: Columns) -> None:
        """Write columns of ``count`` rows from a row on.

        Columns that are not kept are left out.
        """
        of_request = slice(row // self.size, (row + count) // self.size)
        for name, column in self.columns.items():
            if name in columns:
                column[of_request if name in OF_REQUEST else slice(row, row + count)] = columns[name]

    def move(self, gone: int, end: int, room: int) -> None:
        """Drop the first rows and make room at the end.

        Keeps the rows up to ``end``; moves one column after another.
        """
        for name in list(self.columns):
            start, stop, rows = (self._rows(name, n) for n in (gone, end, room))
            old = self.columns.pop(name)
            larger = np.zeros((rows, *old.shape[1:]), old.dtype)
            kept = old[start:stop]
            larger[: len(kept)] = kept
            self.columns[name] = larger
            del old, kept, larger
        self.first += gone

    def flat(self, rows: NDArray[np.intp]) -> Columns:
        """Return a copy of some rows, a row per impression.

        In every column, including ``number`` and ``position``.
        """
        read = self.reader()
        return {name: read(name, rows) for name in ("number", "position", *self.columns)}

    def reader(self, features: tuple[Features, Features] | None = None) -> Read:
        """Return a function that reads a column.

        Stored rows never change, but may move.
        """
        columns, size, first = self.columns.copy(), self.size, self.first
        widened = {name: kind for name, kind in KINDS.items() if name in columns and columns[name].dtype != kind}

        def read(name: str, rows: Rows) -> NDArray[Any]:
            if name in columns:
                column: NDArray[Any] = columns[name][_requests(rows, size) if name in OF_REQUEST else rows]
                return column.astype(widened[name]) if name in widened else column
            if name == "number":
                return _places(rows) + first
            if name == "position":
                return _places(rows) % size
            if features is None or name not in ("user_features", "item_features"):
                raise NotKept.unread(name)
            users, items = features
            return (
                items(columns["item"][rows]) if name == "item_features" else seen(users, columns, _requests(rows, size))
            )

        return read


def seen(users: Features, columns: Columns, requests: Rows) -> NDArray[np.float64]:
    """Return what agents saw of users and contexts, ``(r, p)``.

    Args:
        users: looks up the observed features of users.
        columns: with ``user``, and ``context`` if there is any.
        requests: which rows of these.
    """
    own = users(columns["user"][requests])
    return np.hstack([own, columns[CONTEXT][requests]]) if CONTEXT in columns else own


def _places(rows: Rows) -> NDArray[np.int64]:
    return np.arange(rows.start, rows.stop) if isinstance(rows, slice) else rows.astype(np.int64)


def _requests(rows: Rows, size: int) -> Rows:
    """Return where the requests of some rows are stored."""
    if size == 1:
        return rows
    if not isinstance(rows, slice):
        return rows // size
    if rows.stop - rows.start == 1:  # online learning is made of these
        return slice(rows.start // size, rows.start // size + 1)
    return np.arange(rows.start, rows.stop) // size


def as_known(read: Read, now: float) -> Read:
    """Return a function that reads a column as known ``now``."""

    def known(name: str, rows: Rows) -> NDArray[Any]:
        column = read(name, rows)
        if name in _UNKNOWN:
            column = np.where(read("delivered_at", rows) > now, _UNKNOWN[name], column)
        return column

    return known


def joined(parts: list[NDArray[Any]], kind: type = np.int64) -> NDArray[Any]:
    """Return the parts joined into one array.

    An empty array of a kind where there are none.
    """
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)
