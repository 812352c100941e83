"""A chunk of served requests as columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

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

    def since(self, start: float) -> FirstAnswers:
        """Return the same versions, with what of it was served at or after an instant."""
        own = self.request_at >= start
        version = np.repeat(np.arange(len(self.count)), self.count)[own]
        return replace(self, count=np.bincount(version, minlength=len(self.count)), request_at=self.request_at[own])


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

    def since(self, start: float) -> Chunk:
        """Return the requests at or after an instant, and the impressions of such that were learnt."""
        first = int(self.request_at.searchsorted(start))
        if not first and not (self.first_answers.request_at < start).any():
            return self
        columns: dict[str, Any] = {n: value[first:] for n, value in vars(self).items() if isinstance(value, np.ndarray)}
        return replace(self, first_answers=self.first_answers.since(start), **columns)

    @property
    def reward(self) -> Floats:
        """Realised reward: outcomes of the slate, whether or not anyone has seen them."""
        return np.asarray(self.outcome.sum(axis=1), dtype=np.float64)

    @property
    def status(self) -> NDArray[np.int8]:
        """Status of each impression at the horizon, as a place in `STATUSES`, ``(n, size)``."""
        status = self.outcome.astype(np.int8)
        status += NEGATIVE  # and where there is an outcome, `EXPIRED`
        status *= ~self.credited  # else `POSITIVE`, which is 0; assigning by mask takes ten times as long
        np.copyto(status, PENDING, where=self.delivered_at > self.horizon)
        np.copyto(status, LOST, where=np.isinf(self.delivered_at))
        return status
