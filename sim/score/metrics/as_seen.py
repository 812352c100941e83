"""As seen: what the log shows of a time bucket.

At its end and later. A dashboard reads the log, so it shows fewer positives than there are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.score.grid import BUCKETS, BucketRuns, Grid, Sums
from sim.score.metrics.base import Bools, Floats, Ints, Metric, Summary, ratio
from sim.score.metrics.reward import DAY
from sim.trace import Chunk

AFTER = {"at_end": 0.0, "after_1d": DAY, "after_3d": 3 * DAY, "after_7d": 7 * DAY, "after_28d": 28 * DAY}
_EXACT = 1e-9  # the end of the last bucket may differ from the horizon by rounding


def day_ends(ends: Floats, horizon: float) -> Floats:
    """Return the end of each bucket's day, seconds.

    The day is that in which the bucket ends; the last one ends at the horizon.
    """
    return np.minimum(np.ceil(ends / DAY - _EXACT) * DAY, horizon)


class _Kind(NamedTuple):
    """Clicks or conversions of a chunk, ``(n, size)`` each.

    Attributes:
        happened: whether there is one that stands, seen or not.
        comes: whether the log may have one.
        logged_at: when it has that; infinite for never.
        reversed_at: when it takes that back; None where it never does.
    """

    happened: Bools
    comes: Bools
    logged_at: Floats
    reversed_at: Floats | None = None


class AsSeen(Metric):
    """Columns ``seen/{click,conversion}/…`` of the curve.

    Each is positives per impression of a bucket: as the log has them at the end of the bucket and 1, 3, 7 and 28 days
    later, the same counted from the end of the bucket's day, and the truth. They are made of the log's entries, and
    reversals take positives back; only the truth is not.
    """

    order = 8

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        ends = {"": grid.ends, "day/": day_ends(grid.ends, grid.horizon)}
        after = np.array(list(AFTER.values()))
        self._looks = {of: own[:, None] + after for of, own in ends.items()}  # (BUCKETS, looks), seconds
        self._known: dict[str, dict[str, Ints]] = {}
        self._truth: dict[str, Sums] = {}
        self._requests, self._size = Sums(), 1

    def read(self, chunk: Chunk, bucket_runs: BucketRuns) -> None:
        """Read a chunk."""
        self._requests.count(bucket_runs)
        self._size = chunk.outcome.shape[1]
        bucket = np.repeat(bucket_runs.buckets, bucket_runs.counts)
        for name, kind in _kinds(chunk).items():
            if name not in self._truth:
                self._truth[name] = Sums()
                self._known[name] = {of: np.zeros((BUCKETS, len(AFTER) + 1), dtype=np.int64) for of in self._looks}
            self._truth[name].add(bucket_runs, kind.happened.sum(axis=1, dtype=np.float64))
            self._count(name, bucket, kind.comes, kind.logged_at, 1)
            if kind.reversed_at is not None:
                self._count(name, bucket, np.isfinite(kind.reversed_at), kind.reversed_at, -1)

    def _count(self, name: str, bucket: Ints, comes: Bools, at: Floats, sign: int) -> None:
        """Count entries by bucket and first look."""
        entries = np.flatnonzero(comes)
        own, at = bucket[entries // self._size], at.ravel()[entries]
        for of, looks in self._looks.items():
            place = own * (len(AFTER) + 1) + np.count_nonzero(at[:, None] > looks[own], axis=1)
            counts = self._known[name][of]
            counts += sign * np.bincount(place, minlength=counts.size).reshape(counts.shape)

    def summary(self) -> Summary:
        """Return no scores: the columns are the result."""
        return {}

    def curve(self) -> dict[str, Floats]:
        """Return the columns.

        NaN where a look is past the horizon.
        """
        impressions, columns = self._size * self._requests.per_bucket, dict[str, Floats]()
        for name, truth in self._truth.items():
            columns[f"seen/{name}/truth"] = ratio(truth.per_bucket, impressions)
            for of, looks in self._looks.items():
                reached = looks <= self.grid.horizon * (1.0 + _EXACT)
                known = np.add.accumulate(self._known[name][of], axis=1)[:, :-1]
                shares = np.where(reached, ratio(known, impressions[:, None]), np.nan)
                columns |= {f"seen/{name}/{of}{look}": shares[:, n] for n, look in enumerate(AFTER)}
        return columns


def _kinds(chunk: Chunk) -> dict[str, _Kind]:
    """Return what the log has of a chunk, by kind."""
    happened = chunk.outcome
    if chunk.reversed_at is not None and chunk.value is not None:
        happened = happened & (chunk.value != 0.0)  # what is taken back counts 0
    learnt = _Kind(happened, chunk.credited, chunk.delivered_at, chunk.reversed_at)
    if chunk.clicked is None or chunk.click_logged_at is None:
        return {"click": learnt}
    return {"click": _Kind(chunk.clicked, chunk.clicked, chunk.click_logged_at), "conversion": learnt}
