"""Readers of the trace for a replay."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.replay.model import Labels, Visit
from sim.trace import STATUSES, Chunk

Bools = NDArray[np.bool_]


class Diary:
    """Collects the requests of one user.

    Args:
        user: the user.
    """

    def __init__(self, user: int) -> None:
        self._user = user
        self.visits: list[Visit] = []

    def read(self, chunk: Chunk) -> None:
        """Read a chunk."""
        columns = (chunk.visit, chunk.request_at, chunk.version, chunk.expected, chunk.regret, chunk.reward)
        mine = np.flatnonzero(chunk.user == self._user)
        self.visits += [Visit(*row) for row in zip(*(c[mine].tolist() for c in columns), strict=True)]


class Witness:
    """Collects one request and the impressions before it.

    Args:
        user: the user of the request.
        visit: number of the user's visit.
        at: its instant, seconds.
        horizon: of the run.
    """

    def __init__(self, user: int, visit: int, at: float, horizon: float) -> None:
        self._user, self._visit, self._at, self._horizon = user, visit, at, horizon
        self._parts: list[tuple[NDArray[Any], ...]] = []
        self.request: Chunk | None = None
        self.row = 0

    def read(self, chunk: Chunk) -> None:
        """Read a chunk."""
        found = np.flatnonzero((chunk.user == self._user) & (chunk.visit == self._visit))
        if len(found):
            self.request, self.row = replace(chunk, horizon=self._horizon), int(found[0])
        before = chunk.request_at < self._at
        item = chunk.item[before].astype(np.int32)
        user, at = (np.repeat(c[before], item.shape[1]) for c in (chunk.user.astype(np.int32), chunk.request_at))
        self._parts.append((user, item.ravel(), at, chunk.delivered_at[before].ravel()))

    def statuses(self) -> list[str]:
        """Return the status of each impression at the horizon."""
        assert self.request is not None
        return [STATUSES[code] for code in self.request.status[self.row]]

    def labels(self, cutoff: float, counts: bool) -> tuple[Labels, Labels]:
        """Return labels of the user and of the items shown.

        Args:
            cutoff: that of the serving version, seconds.
            counts: whether its training was triggered by log entries. Otherwise it preceded the requests of its
                instant and their feedback without delay.
        """
        assert self.request is not None
        user, item, at, delivered = (np.concatenate(column) for column in zip(*self._parts, strict=True))
        read = (delivered <= cutoff) & ((at < cutoff) | counts)
        known = delivered <= self._at
        of_items = np.isin(item, self.request.item[self.row])
        return _labels(read, known, user == self._user), _labels(read, known, of_items)


def _labels(read: Bools, known: Bools, about: Bools) -> Labels:
    return Labels(int((read & about).sum()), int((known & ~read & about).sum()), int((~known & about).sum()))
