"""A chunk of served requests as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]  # half the memory to write and to hash; tables have int64

STATUSES = ("positive", "negative", "expired", "lost", "pending")
POSITIVE, NEGATIVE, EXPIRED, LOST, PENDING = range(5)


@dataclass(frozen=True)
class FirstAnswers:
    """Versions that answered their first request, and what each was the first of these to have learnt.

    Attributes:
        at: ``(v,)`` instants of these answers, ascending.
        cutoff_at: ``(v,)`` of the versions.
        count: ``(v,)`` impressions learnt newly.
        request_at: ``(r,)`` instants at which these were served, version by version.
    """

    at: Floats
    cutoff_at: Floats
    count: Ints
    request_at: Floats


@dataclass(frozen=True)
class Chunk:
    """n requests in order of (time, user), with what was known of the version that answered.

    Request columns are ``(n,)``, impression columns ``(n, size)``. Times in seconds; infinite for never.
    ``served_before`` and ``learnt`` count impressions that are not lost: those served before the request, and those of
    them that the version has learnt; ``label_at`` is when the latest served of the latter was, minus infinity for none.
    """

    request_at: Floats
    user: SmallInts
    visit: SmallInts
    version: SmallInts
    live_at: Floats
    cutoff_at: Floats
    learnt: Ints
    label_at: Floats
    version_lag: SmallInts
    served_before: Ints
    expected: Floats
    regret: Floats
    gap: Floats
    weight: Floats
    item: SmallInts
    propensity: Floats
    predicted: Floats
    probability: Floats
    random_predicted: Floats
    random_probability: Floats
    outcome: NDArray[np.bool_]
    event_at: Floats
    delivered_at: Floats
    credited: NDArray[np.bool_]
    horizon: float
    first_answers: FirstAnswers

    def __len__(self) -> int:
        return len(self.request_at)

    @property
    def reward(self) -> Floats:
        """Realised reward: outcomes of the slate, whether or not anyone has seen them."""
        return np.asarray(self.outcome.sum(axis=1), dtype=np.float64)

    @property
    def status(self) -> NDArray[np.int8]:
        """Status of each impression at the horizon, as a place in `STATUSES`, ``(n, size)``."""
        status = np.full(self.outcome.shape, NEGATIVE, dtype=np.int8)
        status[self.outcome] = EXPIRED
        status[self.credited] = POSITIVE
        status[self.delivered_at > self.horizon] = PENDING
        status[np.isinf(self.delivered_at)] = LOST
        return status
