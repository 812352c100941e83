"""The log's columns: how they are stored, and how agents read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ports.impressions import Read

Columns = dict[str, NDArray[Any]]
Features = Callable[[NDArray[np.int64]], NDArray[np.float64]]
KINDS: dict[str, type] = {  # as agents get them
    "number": np.int64,
    "request_at": np.float64,
    "user": np.int64,
    "visit": np.int64,
    "position": np.int64,
    "item": np.int64,
    "propensity": np.float64,
    "predicted": np.float64,
    "delivered_at": np.float64,
    "closes_at": np.float64,
    "label": np.float64,
}
NARROW = KINDS | {"user": np.int32, "visit": np.int32, "position": np.int16, "item": np.int32, "label": np.bool_}
_UNKNOWN = {"delivered_at": np.inf, "closes_at": np.inf, "label": 0.0}


def reader(rows: Columns, features: tuple[Features, Features]) -> Read:
    """Return a function that reads a column; stored rows never change, but may move."""
    rows, (users, items) = rows.copy(), features
    widened = {name: kind for name, kind in KINDS.items() if rows[name].dtype != kind}

    def read(name: str, index: Any) -> NDArray[Any]:
        if name in rows:
            column: NDArray[Any] = rows[name][index]
            return column.astype(widened[name]) if name in widened else column
        return users(rows["user"][index]) if name == "user_features" else items(rows["item"][index])

    return read


def as_known(read: Read, now: float) -> Read:
    """Return a function that reads a column as it was known ``now``."""

    def known(name: str, index: Any) -> NDArray[Any]:
        column = read(name, index)
        if name in _UNKNOWN:
            column = np.where(read("delivered_at", index) > now, _UNKNOWN[name], column)
        return column

    return known


def with_room(rows: NDArray[Any], room: int) -> NDArray[Any]:
    """Return a copy with room for more; what is not written to is no memory yet."""
    larger = np.empty(room, rows.dtype)
    larger[: len(rows)] = rows
    return larger


def joined(parts: list[NDArray[Any]], kind: type = np.int64) -> NDArray[Any]:
    """Return the parts one after another, an empty array of a kind where there are none."""
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)
