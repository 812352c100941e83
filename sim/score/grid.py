"""Time buckets, and distributions in constant memory."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BUCKETS = 200


class BucketRuns(NamedTuple):
    """The time buckets of a chunk's requests.

    The requests of a chunk are in order of time, so each bucket is a run of rows.

    Attributes:
        buckets: ``(k,)`` the buckets with requests, ascending.
        starts: ``(k,)`` the row of the first request of each.
        counts: ``(k,)`` number of requests of each.
    """

    buckets: Ints
    starts: Ints
    counts: Ints


class Grid:
    """Equal time buckets over the horizon.

    The last one includes the horizon itself.

    Args:
        horizon: seconds.
        start: seconds; requests before it are not scored.
        arrivals: ascending instants of users who arrive later than the start of the run, seconds.
    """

    def __init__(self, horizon: float, start: float = 0.0, arrivals: Floats | None = None) -> None:
        self.horizon, self.start = horizon, start
        self.arrivals: Floats = np.empty(0) if arrivals is None else arrivals
        self.ends: Floats = horizon * np.arange(1, BUCKETS + 1) / BUCKETS

    def bucket(self, at: Floats) -> Ints:
        """Return the bucket of each instant, ``(n,)``."""
        return np.minimum((at * (BUCKETS / self.horizon)).astype(np.int64), BUCKETS - 1)

    def scored(self) -> Floats:
        """Return the scored seconds of each bucket."""
        return np.diff(np.maximum(self.ends, self.start), prepend=self.start)

    def arrived(self) -> Floats:
        """Return the scored seconds of arrived users, by bucket.

        Those after they left are included.
        """
        edges = np.append(self.start, np.maximum(self.ends, self.start))
        here = np.searchsorted(self.arrivals, edges, side="right")
        since = np.append(0.0, np.add.accumulate(self.arrivals)).take(here)
        return np.diff(here * edges - since)

    def bucket_runs(self, at: Floats) -> BucketRuns:
        """Return the runs of ascending instants that share a bucket."""
        bucket = self.bucket(at)
        new = np.ones(len(at), dtype=bool)
        np.not_equal(bucket[1:], bucket[:-1], out=new[1:])
        starts = np.flatnonzero(new)
        return BucketRuns(bucket[starts], starts, np.diff(starts, append=len(at)))


class Sums:
    """A sum per bucket.

    Values are added chunk by chunk. The size of chunks is fixed, so the sums are the same bit for bit for every block
    size.
    """

    def __init__(self) -> None:
        self.per_bucket = np.zeros(BUCKETS)

    def add(self, bucket_runs: BucketRuns, values: Floats) -> None:
        """Add the values of a chunk's requests."""
        if len(values):
            self.per_bucket[bucket_runs.buckets] += np.add.reduceat(values, bucket_runs.starts)

    def count(self, bucket_runs: BucketRuns) -> None:
        """Add 1 for each request of a chunk."""
        self.per_bucket[bucket_runs.buckets] += bucket_runs.counts

    def add_one_by_one(self, bucket: Ints, values: Floats) -> None:
        """Add values one by one.

        The sums do not depend on the number of values in a call.
        """
        np.add.at(self.per_bucket, bucket, values)

    @property
    def total(self) -> float:
        """The sum over all buckets."""
        return float(np.add.accumulate(self.per_bucket)[-1])


class LogBins:
    """Bins with edges that grow by 1 %.

    The first bin is for values below 1e-3.

    Counts of impressions or versions use them too: whole numbers are within 0.5 % of the middle of a bin.
    """

    LOWEST = 1e-3
    RATIO = 1.01
    COUNT = 3600  # up to 3.6e12: 10^5 years of seconds

    edges: Floats = np.concatenate([[0.0], LOWEST * RATIO ** np.arange(COUNT)])
    _ends: Floats = np.append(edges[1:], np.inf)
    middles: Floats = np.concatenate([[0.0], LOWEST * RATIO ** (np.arange(COUNT - 1) + 0.5), [LOWEST * RATIO**COUNT]])

    @classmethod
    def place(cls, values: Floats) -> Ints:
        """Return the bin of each value, ``(n,)``."""
        steps = np.log(np.maximum(values, 0.5 * cls.LOWEST))
        steps -= np.log(cls.LOWEST)
        steps /= np.log(cls.RATIO)
        np.floor(steps, out=steps)
        steps += 1.0
        place = np.clip(steps, 0, cls.COUNT, out=steps).astype(np.int64)
        place -= values < cls.edges[place]  # rounding may have moved it past an edge, up or down
        place += values >= cls._ends[place]
        return place

    @classmethod
    def count(cls, values: Floats) -> Ints:
        """Return the number of values in each bin."""
        counts = np.zeros(cls.COUNT + 1, dtype=np.int64)
        cls.tally(counts, values)
        return counts

    @classmethod
    def tally(cls, counts: Ints, values: Floats) -> None:
        """Add the numbers of values per bin to counts.

        Ages mostly ascend within a chunk; then only the edges between the least and the greatest value are searched.
        """
        if not len(values):
            return
        if (values[1:] < values[:-1]).any():
            counts += np.bincount(cls.place(values), minlength=cls.COUNT + 1)
            return
        first, last = (int(cls.edges.searchsorted(value, side="right")) - 1 for value in (values[0], values[-1]))
        cuts = np.empty(last - first + 2, dtype=np.int64)
        cuts[0], cuts[-1] = 0, len(values)
        cuts[1:-1] = values.searchsorted(cls.edges[first + 1 : last + 1], side="left")
        counts[first : last + 1] += cuts[1:] - cuts[:-1]

    @classmethod
    def quantile(cls, counts: Ints, q: float) -> float | None:
        """Return the q-quantile within 0.5 %, None without values."""
        return cls.quantiles(counts, [q])[0]

    @classmethod
    def quantiles(cls, counts: Ints, qs: Iterable[float]) -> list[float | None]:
        """Return several quantiles, each as by `quantile`."""
        filled = np.flatnonzero(counts)
        if not len(filled):
            return [None for _ in qs]
        upto = np.add.accumulate(counts.take(filled))
        total = int(upto[-1])
        ranks = [ceil(q * total) for q in qs]  # with float ranks, all counts would become floats too
        middles: list[float | None] = cls.middles[filled[upto.searchsorted(ranks)]].tolist()
        return middles
