"""The base classes of metrics."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from sim.kernel import Outcome
from sim.score.grid import BUCKETS, BucketRuns, Grid, LogBins, Sums
from sim.trace import Chunk

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Summary = dict[str, float | None]  # scores by name, as metrics add them up; `sim.score.Scores` is the record of a run
_MANY = 16  # buckets of a chunk, above which the bins of all its values are computed at once
QUANTILES = {"p50": 0.50, "p95": 0.95}


@dataclass(frozen=True)
class About:
    """Unit, direction and chart of a score.

    Attributes:
        unit: ``"s"`` for seconds, a plural such as ``"versions"`` for a count; empty for shares and means.
        better: ``"less"`` or ``"more"``; None where neither is better.
        chart: whether the curve has the score and trackers draw it over time.
    """

    unit: str = ""
    better: Literal["less", "more"] | None = None
    chart: bool = False


class Metric(ABC):
    """The base of metrics: scores of a run.

    A metric reads every chunk in order, then the outcome of the run. A column of the curve is a mean over the requests
    of its bucket; for any other mean ``weights`` names the column of its weights, so that buckets can be merged.

    Attributes:
        says: all scores of `summary`, in its order.
        order: the position of its scores among those of other metrics.
    """

    says: ClassVar[Mapping[str, About]] = {}
    order: ClassVar[int] = 100
    whole: ClassVar[bool] = False  # whether requests before `Grid.start` count too
    weights: ClassVar[Mapping[str, str]] = {}  # of columns of the curve that are not means over requests

    def __init__(self, grid: Grid, users: int) -> None:
        self.grid, self.users = grid, users

    def read(self, chunk: Chunk, bucket_runs: BucketRuns) -> None:  # noqa: B027
        """Read a chunk.

        Args:
            chunk: requests in order of time.
            bucket_runs: the buckets of these requests.
        """

    def finish(self, outcome: Outcome) -> None:  # noqa: B027
        """Read the run's outcome: versions, trainings and triggers."""

    @abstractmethod
    def summary(self) -> Summary:
        """Return the scores of the run."""

    def curve(self) -> dict[str, Floats]:
        """Return the scores per bucket, NaN where undefined."""
        return {}


def ratio(top: Floats, bottom: Floats) -> Floats:
    """Return ``top / bottom``, NaN where ``bottom`` is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(bottom == 0, np.nan, top / bottom)


def share(top: float, bottom: float) -> float | None:
    """Return ``top / bottom``, None where ``bottom`` is 0."""
    return top / bottom if bottom else None


def distribution(name: str, unit: str) -> dict[str, About]:
    """Return the scores of a distribution where less is better.

    These are its mean and `QUANTILES`.
    """
    middle = About(unit, "less")
    return {f"{name}/mean": replace(middle, chart=True), **{f"{name}/{quantile}": middle for quantile in QUANTILES}}


class DistributionMetric(Metric):
    """Mean and quantiles of a number per request.

    Requests without a number (see `known`) are left out.
    """

    name: ClassVar[str]

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._sums, self._requests, self._seen = Sums(), Sums(), 0
        self._all = np.zeros(LogBins.COUNT + 1, dtype=np.int64)
        self._now, self._bucket = self._all.copy(), 0
        self._quantiles = {q: np.full(BUCKETS, np.nan) for q in QUANTILES}

    @abstractmethod
    def values(self, chunk: Chunk) -> Floats:
        """Return the number of each request, ``(n,)``, at least 0."""

    def known(self, chunk: Chunk) -> Bools | None:
        """Return the mask ``(n,)`` of requests with a number.

        None stands for all of them.
        """
        return None

    def read(self, chunk: Chunk, bucket_runs: BucketRuns) -> None:
        """Read a chunk."""
        values, known = self.values(chunk), self.known(chunk)
        self._seen += len(values)
        if known is not None and not known.all():
            values, bucket_runs = values[known], self.grid.bucket_runs(chunk.request_at[known])
        self._sums.add(bucket_runs, values)
        self._requests.count(bucket_runs)
        if len(bucket_runs.starts) > _MANY:
            self._read_many(LogBins.place(values), bucket_runs)
            return
        for bucket, start, count in zip(*(column.tolist() for column in bucket_runs), strict=True):
            self._open(bucket)
            LogBins.tally(self._now, values[start : start + count])

    def _read_many(self, place: Ints, bucket_runs: BucketRuns) -> None:
        """Read the bins of a chunk that spans many buckets.

        All of its buckets but the first and the last begin and end in this chunk.
        """
        buckets, starts, counts = bucket_runs
        first, last = starts.item(1), starts.item(-1)
        self._open(buckets.item(0))
        self._now += _tallied(place[:first])
        self._open(buckets.item(-1))
        self._now += _tallied(place[last:])
        self._all += _tallied(place[first:last])
        own = np.arange(len(counts) - 2) * (LogBins.COUNT + 1)  # sorted together, bucket by bucket
        ranked = np.sort(place[first:last] + np.repeat(own, counts[1:-1]))
        for name, q in QUANTILES.items():
            rank = np.ceil(q * counts[1:-1]).astype(np.int64)
            self._quantiles[name][buckets[1:-1]] = LogBins.middles[ranked[starts[1:-1] - first + rank - 1] - own]

    def _open(self, bucket: int) -> None:
        if bucket != self._bucket:
            self._close(bucket)

    def _close(self, following: int) -> None:
        self._mark()
        self._all += self._now
        self._now.fill(0)
        self._bucket = following

    def _mark(self) -> None:
        middles = LogBins.quantiles(self._now, QUANTILES.values())
        for name, middle in zip(QUANTILES, middles, strict=True):
            self._quantiles[name][self._bucket] = np.nan if middle is None else middle

    def summary(self) -> Summary:
        """Return mean, p50 and p95."""
        counts = self._all + self._now
        scores: Summary = {f"{self.name}/mean": share(self._sums.total, self._requests.total)}
        for name, q in QUANTILES.items():
            scores[f"{self.name}/{name}"] = LogBins.quantile(counts, q)
        return scores

    def curve(self) -> dict[str, Floats]:
        """Return mean, p50 and p95 per bucket."""
        self._mark()
        columns = {f"{self.name}/mean": ratio(self._sums.per_bucket, self._requests.per_bucket)}
        return columns | {f"{self.name}/{name}": values for name, values in self._quantiles.items()}


def _tallied(place: Ints) -> Ints:
    return np.bincount(place, minlength=LogBins.COUNT + 1)
