"""Sinks of the trace: tables in memory, and a hash."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.lazy import lazy
from sim.trace.chunk import STATUSES, Chunk

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

Columns = dict[str, NDArray[Any]]


class Sink(Protocol):
    """A writer of the tables ``requests`` and ``impressions``.

    It gets their rows in chunks. ``variant``, where there are any, is the name of one.
    ``status`` is an index into `STATUSES`; a time that is never reached is NaN.
    """

    def write(self, table: str, columns: Columns) -> None:
        """Write the next rows of a table."""


def tables(chunk: Chunk) -> dict[str, Columns]:
    """Return the rows of a chunk for both tables."""
    size = chunk.item.shape[1]
    user, visit, version, item = (c.astype(np.int64) for c in (chunk.user, chunk.visit, chunk.version, chunk.item))
    requests: Columns = {
        "request_at": chunk.request_at,
        "user": user,
        "visit": visit,
        "version": version,
        "expected_reward": chunk.expected,
        "regret": chunk.regret,
        "reward": chunk.reward,
        "weight": chunk.weight,
    }
    if chunk.replica is not None:
        requests["replica"] = chunk.replica.astype(np.int64)
    impressions: Columns = {
        "request_at": np.repeat(chunk.request_at, size),
        "user": np.repeat(user, size),
        "visit": np.repeat(visit, size),
        "position": np.tile(np.arange(size), len(chunk)),
        "item": item.ravel(),
        "propensity": chunk.propensity.ravel(),
        "predicted": chunk.predicted.ravel(),
        "probability": chunk.probability.ravel(),
        "outcome": chunk.outcome.ravel().astype(np.int8),
        "value": (chunk.outcome if chunk.value is None else chunk.value).ravel().astype(np.float64),
        "feedback_at": _by(chunk.event_at, np.inf),
        "delivered_at": _by(chunk.delivered_at, chunk.horizon),
        "status": chunk.status.ravel(),
    }
    if chunk.variant is not None:
        requests["variant"] = chunk.variant.astype(np.int64)
        impressions["variant"] = np.repeat(requests["variant"], size)
    return {"requests": requests, "impressions": impressions}


def _by(at: NDArray[np.float64], last: float) -> NDArray[np.float64]:
    never = np.isinf(at) | (at > last)
    return np.where(never, np.nan, at).ravel()


class Fingerprint:
    """A hash of a run's trace.

    It does not depend on the block size.
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha1(usedforsecurity=False)  # the fastest one

    def read(self, chunk: Chunk) -> None:
        """Add a chunk."""
        columns = (
            chunk.request_at, chunk.user, chunk.visit, chunk.version, chunk.expected, chunk.regret,
            chunk.weight, chunk.item, chunk.propensity, chunk.predicted, chunk.probability, chunk.outcome,
            chunk.event_at, chunk.delivered_at, chunk.credited,
        )  # fmt: skip
        lost = () if chunk.lost is None or not chunk.lost.any() else (chunk.lost,)
        for column in (*columns, *lost):
            self._hash.update(np.ascontiguousarray(column).view(np.uint8).data)
        for more in (chunk.value, chunk.reversed_at):
            if more is not None:
                self._hash.update(np.ascontiguousarray(more).view(np.uint8).data)

    def update(self, data: bytes) -> None:
        """Add other bytes, in order."""
        self._hash.update(data)

    def hex(self) -> str:
        """Return the hash of all data so far, 32 digits."""
        return self._hash.hexdigest()[:32]


class FrameSink:
    """A sink that keeps tables as data frames in memory."""

    def __init__(self) -> None:
        self._parts: dict[str, list[Columns]] = {"requests": [], "impressions": []}

    def write(self, table: str, columns: Columns) -> None:
        """Store the next rows of a table."""
        self._parts[table].append(columns)

    def frame(self, table: str) -> pd.DataFrame:
        """Return all rows of a table."""
        parts = self._parts[table]
        names = list(parts[0]) if parts else []
        columns: dict[str, Any] = {name: np.concatenate([p[name] for p in parts]) for name in names}
        if "status" in columns:
            columns["status"] = pd.Categorical.from_codes(columns["status"], pd.Index(STATUSES))
        return pd.DataFrame(columns)
