"""The log's columns: how they are stored, and how agents read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ports.impressions import Read

Columns = dict[str, NDArray[Any]]
Features = Callable[[NDArray[np.int64]], NDArray[np.float64]]
KINDS: dict[str, type] = {  # as stored; agents get int64 and float64
    "request_at": np.float64,
    "user": np.int32,
    "visit": np.int32,
    "position": np.int16,
    "item": np.int32,
    "propensity": np.float64,
    "predicted": np.float64,
    "delivered_at": np.float64,
    "closes_at": np.float64,
    "label": np.bool_,
}
_WIDE = {name: np.float64 if kind in (np.float64, np.bool_) else np.int64 for name, kind in KINDS.items()}
_UNKNOWN = {"delivered_at": np.inf, "closes_at": np.inf, "label": 0.0}


def reader(rows: Columns, features: tuple[Features, Features]) -> Read:
    """Return a function that reads a column; stored rows never change, but may move."""
    rows = rows.copy()

    def read(name: str, index: Any) -> NDArray[Any]:
        if name == "user_features":
            return features[0](rows["user"][index])
        if name == "item_features":
            return features[1](rows["item"][index])
        column: NDArray[Any] = rows[name][index].astype(_WIDE[name], copy=False)
        return column

    return read


def as_known(read: Read, now: float) -> Read:
    """Return a function that reads a column as it was known ``now``."""

    def known(name: str, index: Any) -> NDArray[Any]:
        column = read(name, index)
        if name in _UNKNOWN:
            column = np.where(read("delivered_at", index) > now, _UNKNOWN[name], column)
        return column

    return known
