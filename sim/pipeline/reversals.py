"""Log entries that take a positive back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.pipeline.columns import joined
from sim.reading import Read, Rows

Ints = NDArray[np.int64]
BACK = 1 << 62  # added to an impression's number: the entry that takes its positive back


class TakenBack:
    """The positives that the log has taken back.

    Those that no training has read.
    """

    def __init__(self) -> None:
        self._unread: list[Ints] = []

    @property
    def waiting(self) -> list[Ints]:
        """Numbers of impressions that no training has read."""
        return self._unread

    def note(self, entries: Ints, told: bool) -> Ints:
        """Note reversals among log entries; return the others.

        Args:
            entries: in log order.
            told: whether a training will be told of them; one that starts over sees them in labels.
        """
        back = entries >= BACK
        if not back.any():
            return entries
        if told:
            self._unread.append(entries[back] - BACK)
        return entries[~back]

    def take(self, new: Ints) -> Ints:
        """Return what was taken back since the last training.

        Without positives that are news themselves: nobody was told of them yet.
        """
        unread, self._unread = joined(self._unread), []
        return unread[~np.isin(unread, new)]


def as_reversed(read: Read, now: float) -> Read:
    """Return a function that reads labels as they are ``now``.

    They are 0 from the entry on that takes them back.
    """

    def known(name: str, rows: Rows) -> NDArray[Any]:
        column = read(name, rows)
        if name == "label":
            return np.where(read("reversed_at", rows) <= now, 0.0, column)
        return column

    return known
