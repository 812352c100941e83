"""Columns that are read at first use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.integer[Any]] | slice
Read = Callable[[str, Rows], NDArray[Any]]
TRUTH = "outcome"  # the column of what the world decided


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


class Column:
    """A column that is read at first use."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, rows: Any, owner: type) -> NDArray[Any]:
        column: NDArray[Any] = rows._read(self._name, rows._rows)
        column.setflags(write=False)
        setattr(rows, self._name, column)  # found before this descriptor from now on
        return column


class TruthColumn:
    """The column that is not always told: never kept."""

    def __get__(self, rows: Any, owner: type) -> NDArray[Any]:
        column: NDArray[Any] = rows._read(TRUTH, rows._rows)
        column.setflags(write=False)
        return column
