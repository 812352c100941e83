"""Impressions of requests known ahead, as the log sees them."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.pipeline.columns import Columns

Floats = NDArray[np.float64]
Known = tuple[float, ...]  # delivered_at, closes_at, label, and in some worlds reversed_at, due_at, lost
Entry = tuple[int, Floats, float, float]  # item, user features (1, p), label, request_at


class Scheduled(Protocol):
    """The impressions of requests known ahead.

    Those served so far are written into the log's columns when it is read.
    """

    @property
    def first(self) -> int:
        """Number of the first impression."""

    @property
    def end(self) -> int:
        """One more than the number of the last."""

    def entry(self, number: int) -> Entry:
        """Return what is learnt of an impression served."""

    def write(self, number: int, into: Columns, row: int) -> None:
        """Write newly served impressions into the log's columns.

        Those served from a number on, from a row on.
        """


class Nothing:
    """No impressions are known ahead."""

    first = end = 0

    def entry(self, number: int) -> Entry:
        """Never called: no impression has such a number."""
        raise LookupError(number)

    def write(self, number: int, into: Columns, row: int) -> None:
        """Write nothing."""
