"""A chunk of served requests as columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.rows import along_rows

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]  # half the memory of int64, which the tables have

STATUSES = ("positive", "negative", "expired", "lost", "pending", "reversed")
POSITIVE, NEGATIVE, EXPIRED, LOST, PENDING, REVERSED = range(6)


@dataclass(frozen=True)
class FirstAnswers:
    """The versions that answered their first request.

    Attributes:
        at: ``(v,)`` instants of these answers, ascending.
        cutoff_at: ``(v,)`` cutoffs of the versions.
        count: ``(v,)`` impressions that the version has learnt and no version that answered before has.
        request_at: ``(r,)`` instants at which these impressions were served, version by version.
    """

    at: Floats
    cutoff_at: Floats
    count: Ints
    request_at: Floats

    def since(self, start: float) -> FirstAnswers:
        """Return the versions with impressions from an instant on."""
        own = self.request_at >= start
        version = np.repeat(np.arange(len(self.count)), self.count)[own]
        return replace(self, count=np.bincount(version, minlength=len(self.count)), request_at=self.request_at[own])


@dataclass(frozen=True)
class Chunk:
    """n requests and their impressions, in order of (time, user).

    Request columns are ``(n,)``, impression columns ``(n, size)``. Times are in seconds, infinite for never.
    ``served_before`` counts the impressions served before the request, ``learnt`` those of them that its version has
    learnt, both without lost ones; ``label_at`` is when the last of the latter was served, -inf for none.
    ``value`` is what an outcome counts, ``worth`` its mean; None where each counts 1. ``reversed_at`` is when the log
    takes a positive back; None where it never does. ``lost`` says which positives an incident lost, None where none
    can.
    ``clicked`` and ``click_logged_at``, when the log has a click, are there where conversions are the outcomes.
    ``replica`` and ``variant`` are there where users have one.
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
    value: Floats | None = None
    worth: Floats | None = None
    random_worth: Floats | None = None
    reversed_at: Floats | None = None
    lost: NDArray[np.bool_] | None = None
    clicked: NDArray[np.bool_] | None = None
    click_logged_at: Floats | None = None
    replica: SmallInts | None = None
    variant: SmallInts | None = None

    def __len__(self) -> int:
        return len(self.request_at)

    def since(self, start: float) -> Chunk:
        """Return the requests from an instant on.

        The impressions learnt (`first_answers`) are also those from that instant on.
        """
        first = int(self.request_at.searchsorted(start))
        if not first and not (self.first_answers.request_at < start).any():
            return self
        columns: dict[str, Any] = {n: value[first:] for n, value in vars(self).items() if isinstance(value, np.ndarray)}
        return replace(self, first_answers=self.first_answers.since(start), **columns)

    @property
    def reward(self) -> Floats:
        """Realised reward ``(n,)``: values of the slate, observed or not."""
        if self.value is not None:
            return along_rows(np.add, self.value)
        return np.asarray(self.outcome.sum(axis=1), dtype=np.float64)

    @property
    def comes(self) -> NDArray[np.bool_]:
        """Whether impressions settle, ``(n, size)``, known or not."""
        comes = np.isfinite(self.delivered_at)
        return comes if self.lost is None else comes & ~self.lost

    @property
    def status(self) -> NDArray[np.int8]:
        """Status ``(n, size)`` of each impression at the horizon.

        It is an index into `STATUSES`.
        """
        status = self.outcome.astype(np.int8)
        status += NEGATIVE  # where there is an outcome, `EXPIRED`
        status *= ~self.credited  # else `POSITIVE`, which is 0; assigning by mask takes ten times as long
        if self.lost is not None:
            np.copyto(status, LOST, where=self.lost)  # once its closing has come
        np.copyto(status, PENDING, where=self.delivered_at > self.horizon)
        np.copyto(status, LOST, where=np.isinf(self.delivered_at))
        if self.reversed_at is not None:
            np.copyto(status, REVERSED, where=self.reversed_at <= self.horizon)
        return status
