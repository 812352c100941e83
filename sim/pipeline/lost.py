"""The impressions whose outcome never comes back.

They are pending to an agent for 30 days, though the log has dropped them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.laws.instants import plus
from sim.pipeline.columns import Features, Table, as_known, seen
from sim.ports import Impressions
from sim.reading import NotKept, Rows

PENDING_AGE = 30 * 86400.0  # seconds after which an agent is no longer told that something is pending


def pending_since(now: float) -> float:
    """Return the instant after which requests still count as pending."""
    return plus(now, -PENDING_AGE)


class Lost:
    """The dropped impressions whose outcome never comes before the horizon.

    It comes after the horizon or never.

    Args:
        rows: the log's rows, none yet.
        horizon: seconds.
    """

    def __init__(self, rows: Table, horizon: float) -> None:
        self._rows = rows.flat(np.empty(0, dtype=np.intp))
        self._horizon = horizon

    @property
    def item(self) -> NDArray[np.int64]:
        """Their items."""
        return self._rows["item"]

    def keep(self, rows: Table, gone: int, now: float) -> None:
        """Keep the lost impressions that the log drops ``now``.

        They are among its first rows. What is old is forgotten.
        """
        since = pending_since(now)
        never = np.flatnonzero(rows["delivered_at"][:gone] > self._horizon)
        never = never[rows["request_at"][never // rows.size] > since]
        young, more = self._rows["request_at"] > since, rows.flat(never)
        self._rows = {name: np.concatenate([column[young], more[name]]) for name, column in self._rows.items()}

    def pending(self, features: tuple[Features, Features], now: float) -> Impressions:
        """Return what is still said to be pending ``now``."""
        young = (self._rows["request_at"] > pending_since(now)) & (self._rows["delivered_at"] > now)
        columns = {name: column[young] for name, column in self._rows.items()}
        users, items = features

        def read(name: str, rows: Rows) -> NDArray[Any]:
            if name == "user_features":
                return seen(users, columns, rows)
            if name == "item_features":
                return items(columns["item"][rows])
            if name not in columns:
                raise NotKept.unread(name)
            return columns[name][rows]

        count = int(np.count_nonzero(young))
        return Impressions(count, as_known(read, now), slice(0, count))
