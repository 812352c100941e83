"""A maturity triangle: rates as known then and later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.score.grid import BUCKETS
from sim.score.metrics.as_seen import AFTER, day_ends
from sim.score.metrics.base import ratio
from sim.score.metrics.reward import DAY

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LOOKS = dict(zip(AFTER, ("at the end", "1 d later", "3 d later", "7 d later", "28 d later"), strict=True))
_FEWEST_DAYS = 2  # of a run that is read by the day
_PARTS = 10  # of a shorter run
_KINDS = ("conversion", "click")  # the former is learnt where there are both


@dataclass(frozen=True)
class Triangle:
    """Positives per impression by step of time and look.

    A step is a day, read at midnight and later. A run of less than two days, or of so many that a bucket of its curve
    is longer than a day, has ten steps; each bucket of them is read at its own end and later.

    Attributes:
        kind: ``click`` or ``conversion``.
        by_day: whether steps are days.
        ends: ``(steps,)`` seconds.
        requests: ``(replications, steps)``.
        truth: ``(replications, steps)`` what happened and stands, seen or not; NaN without requests.
        seen: ``(replications, steps, looks)`` as the log had it at each of `LOOKS`; NaN where that is past the horizon.
    """

    kind: str
    by_day: bool
    ends: Floats
    requests: Floats
    truth: Floats
    seen: Floats

    @property
    def step(self) -> str:
        """What a step is called."""
        return "day" if self.by_day else "part"

    def name(self, step: int) -> str:
        """Return the name of a step, such as ``day 5``.

        >>> Triangle("click", True, *[np.zeros(9)] * 4).name(4)
        'day 5'
        """
        return f"{self.step} {step + 1}"

    def mean(self) -> tuple[Floats, Floats]:
        """Return means of truth and seen over replications.

        Both are over the replications that had requests.
        """
        weight = (self.requests > 0).astype(float)
        return tuple(_mean(values, weight) for values in (self.truth, self.seen))  # type: ignore[return-value]


def _mean(values: Floats, weight: Floats) -> Floats:
    there = weight if values.ndim == 2 else np.repeat(weight[:, :, None], values.shape[2], axis=2)
    return ratio(np.where(there > 0, values, 0.0).sum(axis=0), there.sum(axis=0))


def kind_of(curve: pd.DataFrame) -> str | None:
    """Return the kind that is learnt from.

    None for curves of older versions, which show nothing as seen.
    """
    return next((kind for kind in _KINDS if f"seen/{kind}/truth" in curve), None)


def triangle(curve: pd.DataFrame, kind: str | None = None) -> Triangle | None:
    """Return the triangle of a run, of all its replications.

    Args:
        curve: a row for each bucket of each replication.
        kind: ``click`` or ``conversion``; None: what is learnt from.

    Returns:
        None where the curve does not have it.
    """
    kind = kind or kind_of(curve)
    if kind is None or f"seen/{kind}/truth" not in curve:
        return None
    at = curve["at"].to_numpy(dtype=float)[:BUCKETS]
    by_day = bool(_FEWEST_DAYS * DAY <= at[-1] <= BUCKETS * DAY)
    step = step_of(at, by_day)
    columns = [f"seen/{kind}/{'day/' if by_day else ''}{look}" for look in AFTER]
    requests = _grid(curve, "requests")
    seen = np.stack([_merged(_grid(curve, name), requests, step) for name in columns], axis=2)
    truth = _merged(_grid(curve, f"seen/{kind}/truth"), requests, step)
    return Triangle(kind, by_day, np.maximum.reduceat(at, np.flatnonzero(np.diff(step, prepend=-1))),
                    _summed(requests, step), truth, seen)  # fmt: skip


def step_of(at: Floats, by_day: bool) -> Ints:
    """Return the step of each bucket.

    Args:
        at: the ends of buckets, seconds.
        by_day: whether steps are days.
    """
    if by_day:
        ends = day_ends(at, float(at[-1]))
        return np.unique(ends, return_inverse=True)[1].astype(np.int64)
    return np.arange(len(at)) * _PARTS // len(at)


def _grid(curve: pd.DataFrame, name: str) -> Floats:
    return curve[name].to_numpy(dtype=float).reshape(-1, BUCKETS)


def _summed(values: Floats, step: Ints) -> Floats:
    return np.stack([np.bincount(step, row, int(step.max()) + 1) for row in values])


def _merged(values: Floats, requests: Floats, step: Ints) -> Floats:
    """Return means over steps; NaN where not all is known."""
    return ratio(_summed(np.where(requests > 0, values, 0.0) * requests, step), _summed(requests, step))


def joined(parts: Sequence[Triangle]) -> Triangle:
    """Return one triangle of runs that differ in their seed."""
    requests, truth, seen = (
        np.concatenate([getattr(one, name) for one in parts]) for name in ("requests", "truth", "seen")
    )
    return replace(parts[0], requests=requests, truth=truth, seen=seen)
