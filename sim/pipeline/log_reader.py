"""How the log's columns are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.pipeline.columns import Features, Table
from sim.pipeline.reversals import as_reversed
from sim.pipeline.truth import Truth
from sim.reading import Read


class LogReader:
    """Functions that read all columns of the log.

    Args:
        table: the log's rows.
        features: returns how to look up the observed features, now, of users and of items.
        truth: the column of settled labels, if a correction may read it.
    """

    def __init__(self, table: Table, features: Callable[[], tuple[Features, Features]], truth: Truth | None) -> None:
        self._table, self._features, self._truth = table, features, truth
        self._reverses, self._loses = (name in table.columns for name in ("reversed_at", "lost"))
        self._read: tuple[Features, Read] | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Return the state of a copy.

        What reads the columns is left out: it reads this log's own.
        """
        return vars(self) | {"_read": None}

    def stored(self) -> Read:
        """Return a function that reads the columns as stored.

        It is the same one until rows move or items are forgotten.
        """
        features = self._features()
        if self._read is None or self._read[0] is not features[1]:
            read = self._table.reader(features)
            self._read = features[1], read
            if self._truth is not None:
                self._read = features[1], self._truth.beside(read, self._reverses, self._loses)
        return self._read[1]

    def at(self, now: float) -> Read:
        """Return a function that reads them as they are ``now``.

        Labels are 0 where their positive was taken back.
        """
        return as_reversed(self.stored(), now) if self._reverses else self.stored()

    def drop(self) -> None:
        """Read anew: rows move, and may not be kept alive."""
        self._read = None
