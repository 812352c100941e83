"""A chunk of served requests as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STATUSES = ("positive", "negative", "expired", "lost", "pending")
POSITIVE, NEGATIVE, EXPIRED, LOST, PENDING = range(5)


@dataclass(frozen=True)
class Learnt:
    """Impressions that the version answering at ``at`` was the first to have learnt, ``(r,)`` each."""

    at: Floats
    request_at: Floats


@dataclass(frozen=True)
class Chunk:
    """n requests in order of (time, user), with what was known of the version that answered.

    Request columns are ``(n,)``, impression columns ``(n, size)``. Times in seconds; infinite for never.
    """

    request_at: Floats
    user: Ints
    visit: Ints
    version: Ints
    live_at: Floats
    cutoff_at: Floats
    examples: Ints
    version_lag: Ints
    served_before: Ints
    expected: Floats
    regret: Floats
    gap: Floats
    item: Ints
    propensity: Floats
    outcome: NDArray[np.bool_]
    event_at: Floats
    delivered_at: Floats
    credited: NDArray[np.bool_]
    horizon: float
    learnt: Learnt

    def __len__(self) -> int:
        return len(self.request_at)

    @property
    def reward(self) -> Floats:
        """Realised reward: outcomes of the slate, whether or not anyone has seen them."""
        return np.asarray(self.outcome.sum(axis=1), dtype=np.float64)

    @property
    def status(self) -> NDArray[np.int8]:
        """Status of each impression at the horizon, as a place in `STATUSES`, ``(n, size)``."""
        status = np.where(self.credited, POSITIVE, np.where(self.outcome, EXPIRED, NEGATIVE))
        status = np.where(self.delivered_at > self.horizon, PENDING, status)
        return np.where(np.isinf(self.delivered_at), LOST, status).astype(np.int8)
