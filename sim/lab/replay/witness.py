"""Readers of the trace: what a user saw, and who was shown what before an instant."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.lab.replay.found import Labels, Visit
from sim.trace import STATUSES, Chunk

Bools = NDArray[np.bool_]


class Diary:
    """Keeps the requests of one user.

    Args:
        user: whose.
    """

    def __init__(self, user: int) -> None:
        self._user = user
        self.visits: list[Visit] = []

    def read(self, chunk: Chunk) -> None:
        """Take in a chunk."""
        columns = (chunk.visit, chunk.request_at, chunk.version, chunk.expected, chunk.regret, chunk.reward)
        mine = np.flatnonzero(chunk.user == self._user)
        self.visits += [Visit(*row) for row in zip(*(c[mine].tolist() for c in columns), strict=True)]


class Witness:
    """Keeps one request, and who was shown what before it and when that was known.

    Args:
        user: whose request.
        visit: which of the user's.
        at: its instant, seconds.
        horizon: of the run.
    """

    def __init__(self, user: int, visit: int, at: float, horizon: float) -> None:
        self._user, self._visit, self._at, self._horizon = user, visit, at, horizon
        self._parts: list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]] = []
        self.request: Chunk | None = None
        self.row = 0

    def read(self, chunk: Chunk) -> None:
        """Take in a chunk."""
        found = np.flatnonzero((chunk.user == self._user) & (chunk.visit == self._visit))
        if len(found):
            self.request, self.row = replace(chunk, horizon=self._horizon), int(found[0])
        before = chunk.request_at < self._at
        item = chunk.item[before].astype(np.int32)
        user = np.repeat(chunk.user[before].astype(np.int32), item.shape[1])
        self._parts.append((user, item.ravel(), chunk.delivered_at[before].ravel()))

    def statuses(self) -> list[str]:
        """Return the status of each impression of the request at the horizon."""
        assert self.request is not None
        return [STATUSES[code] for code in self.request.status[self.row]]

    def labels(self, cutoff: float) -> tuple[Labels, Labels]:
        """Return the labels of the user's impressions, and those of the items shown.

        Args:
            cutoff: of the serving version.
        """
        assert self.request is not None
        user, item, delivered = (np.concatenate(column) for column in zip(*self._parts, strict=True))
        of_items = np.isin(item, self.request.item[self.row])
        return self._count(delivered[user == self._user], cutoff), self._count(delivered[of_items], cutoff)

    def _count(self, delivered: NDArray[np.float64], cutoff: float) -> Labels:
        known, read = int((delivered <= self._at).sum()), int((delivered <= cutoff).sum())
        return Labels(read, known - read, len(delivered) - known)
