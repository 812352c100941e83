"""Prediction scores: expected outcomes against true probabilities.

No outcome is drawn for these scores, so they contain no sampling noise. Items are shown because their prediction is
high: the calibration of items shown exceeds 1 for an unbiased model as well (the winner's curse). Random items have no
such selection: corrections are compared on ``prediction/random/*``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.score.grid import BUCKETS, BucketRuns, Grid, Sums
from sim.score.metrics.base import About, Floats, Ints, Metric, Summary, ratio
from sim.trace import Chunk

BINS = 1000  # of predictions between 0 and 1
_ALL = 2 * BINS  # half of them below 0 and above 1, where linear models predict rare outcomes
_SMALL = 0.03  # distance from 0 and 1 below which bins are about equally wide
_SCALE = float(0.5 * BINS / np.arcsinh(1.0 / _SMALL))
_MERGED = 8  # bins are merged into one for time buckets
_PARTS = _ALL // _MERGED
_LEAST = 1e-6  # a prediction nearer to 0 or 1 is clipped for its logarithm

_OF = ("prediction", "prediction/random")
_SCORES = {
    "nll": About(better="less"),
    "auc": About(better="more"),
    "calibration": About(),
    "cut": About(better="less"),
    "mse": About(better="less"),
}


class Prediction(Metric):
    """Scores of predictions: ``prediction/*`` and ``prediction/random/*``.

    The former are over impressions shown. They are None where no prediction is known. Where outcomes have values,
    predictions are of values: ``mse`` is against probability times mean value, and so is the calibration; ``nll``,
    ``auc`` and ``cut``, which are about probabilities, are None. Elsewhere ``mse`` is.
    """

    order = 10
    says: ClassVar[Mapping[str, About]] = {f"{what}/{name}": how for what in _OF for name, how in _SCORES.items()}

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._shown, self._random = Tally(), Tally()

    def read(self, chunk: Chunk, bucket_runs: BucketRuns) -> None:
        """Read a chunk."""
        size = chunk.predicted.shape[1]
        of_slates = BucketRuns(bucket_runs.buckets, bucket_runs.starts * size, bucket_runs.counts * size)
        shown, random = chunk.probability, chunk.random_probability
        if chunk.worth is not None and chunk.random_worth is not None:
            self._shown.read_values(of_slates, chunk.predicted.ravel(), (shown * chunk.worth).ravel())
            self._random.read_values(bucket_runs, chunk.random_predicted, random * chunk.random_worth)
            return
        self._shown.read(of_slates, chunk.predicted.ravel(), shown.ravel())
        self._random.read(bucket_runs, chunk.random_predicted, random)

    def summary(self) -> Summary:
        """Return the scores of items shown and of random items."""
        return {name: _known(value.item()) for name, value in self._named(whole=True).items()}

    def curve(self) -> dict[str, Floats]:
        """Return the scores per bucket, for shown and random items."""
        return self._named(whole=False)

    def _named(self, whole: bool) -> dict[str, Floats]:
        both = zip(_OF, (self._shown, self._random), strict=True)
        return {f"{what}/{name}": values for what, tally in both for name, values in tally.scores(whole).items()}


class Tally:
    """Sums over predictions, per bucket."""

    def __init__(self) -> None:
        self._count, self._cut, self._gain, self._predicted, self._probability = (Sums() for _ in range(5))
        self._values, self._square = Sums(), Sums()  # predictions of values, and their squared errors
        self._whole = np.zeros((2, 1, _ALL))  # probability of a yes and of a no, by bin of the prediction
        self._parts = np.zeros((2, BUCKETS, _PARTS))  # the same per bucket

    def read(self, bucket_runs: BucketRuns, predicted: Floats, probability: Floats) -> None:
        """Read predictions in order of time.

        Args:
            bucket_runs: the buckets of the rows.
            predicted: ``(r,)`` predictions, NaN where unknown.
            probability: ``(r,)`` true probability of the outcome.
        """
        if not len(predicted):
            return
        if np.isnan(predicted.min()):
            known = ~np.isnan(predicted)
            if known.any():
                self.read(_some(bucket_runs, known), predicted[known], probability[known])
            return
        inside = predicted
        if predicted.min() < _LEAST or predicted.max() > 1.0 - _LEAST:
            inside = np.clip(predicted, _LEAST, 1.0 - _LEAST)
            self._cut.add(bucket_runs, (inside != predicted).astype(np.float64))
        no, gain = np.log1p(-inside), np.log(inside)
        gain -= no
        gain *= probability
        gain += no
        self._count.count(bucket_runs)
        self._gain.add(bucket_runs, gain)
        self._predicted.add(bucket_runs, predicted)
        self._probability.add(bucket_runs, probability)
        self._sort(bucket_runs, _bins(predicted), probability)

    def read_values(self, bucket_runs: BucketRuns, predicted: Floats, expected: Floats) -> None:
        """Read predictions of values, beside the expected ones.

        Both are ``(r,)``, predictions NaN where unknown.
        """
        known = ~np.isnan(predicted)
        if not known.any():
            return
        bucket_runs, predicted, expected = _some(bucket_runs, known), predicted[known], expected[known]
        self._values.count(bucket_runs)
        self._square.add(bucket_runs, (predicted - expected) ** 2)
        self._predicted.add(bucket_runs, predicted)
        self._probability.add(bucket_runs, expected)

    def _sort(self, bucket_runs: BucketRuns, place: Ints, probability: Floats) -> None:
        rows = len(bucket_runs.buckets)
        few = rows * _ALL <= len(place)  # else a short run, with few predictions in each of many buckets
        first, last = int(place.min()) // _MERGED, int(place.max()) // _MERGED
        width = (last + 1 - first) * _MERGED
        place = place - first * _MERGED
        cell = place + np.repeat(np.arange(rows) * width, bucket_runs.counts)
        whole, parts = self._whole[:, 0, first * _MERGED : (last + 1) * _MERGED], self._parts[:, :, first : last + 1]
        for side, weight in enumerate((probability, 1.0 - probability)):
            if few:
                table = np.bincount(cell, weight, rows * width)
                whole[side] += table.reshape(rows, width).sum(axis=0)
                merged = np.add.reduceat(table, np.arange(0, rows * width, _MERGED))
            else:
                whole[side] += np.bincount(place, weight, width)
                merged = np.bincount(cell // _MERGED, weight, rows * width // _MERGED)
            parts[side, bucket_runs.buckets] += merged.reshape(rows, -1)

    def scores(self, whole: bool) -> dict[str, Floats]:
        """Return the scores, NaN where undefined.

        They are ``(1,)`` for the whole run, else one per bucket.
        """
        sums = self._count, self._cut, self._gain, self._predicted, self._probability, self._values, self._square
        count, cut, gain, predicted, probability, values, square = (
            np.array([one.total]) if whole else one.per_bucket for one in sums
        )
        return {
            "nll": -ratio(gain, count),
            "auc": _auc(*(self._whole if whole else self._parts)),
            "calibration": ratio(predicted, probability),
            "cut": ratio(cut, count),
            "mse": ratio(square, values),
        }


def _some(bucket_runs: BucketRuns, rows: NDArray[np.bool_]) -> BucketRuns:
    """Return the buckets of some of the rows."""
    counts = np.add.reduceat(rows, bucket_runs.starts, dtype=np.int64)
    there = counts > 0
    counts = counts[there]
    return BucketRuns(bucket_runs.buckets[there], np.cumsum(counts) - counts, counts)


def _bins(predicted: Floats) -> Ints:
    """Return the bins of predictions, in the same order.

    Bins are equal steps of log odds. Near 0 and 1, and beyond, they are about equally wide.

    >>> _bins(np.array([-9.0, 0.01, 0.5, 0.99, 9.0])).tolist()
    [0, 540, 1000, 1459, 1999]
    """
    if near := predicted.min() >= 0.0 and predicted.max() <= 1.0:
        short = predicted.astype(np.float32)  # seven digits are enough for bins
    else:
        short = np.clip(predicted, -1.0, 2.0).astype(np.float32)
    place = short / _SMALL
    np.arcsinh(place, out=place)
    np.subtract(1.0, short, out=short)
    short /= _SMALL
    place -= np.arcsinh(short, out=short)
    place *= _SCALE
    place += BINS
    if not near:
        np.clip(place, 0.0, _ALL - 1.0, out=place)
    bins: Ints = place.astype(np.int64)
    return bins


def _auc(yes: Floats, no: Floats) -> Floats:
    """Return the area under the ROC curve, ``(n,)``.

    It is the probability that a positive is in a higher bin than a negative, plus half that of the same bin.

    Args:
        yes: ``(n, bins)`` weights of positives.
        no: ``(n, bins)`` weights of negatives.

    >>> _auc(np.array([[0.0, 1.0, 1.0]]), np.array([[1.0, 1.0, 0.0]])).tolist()
    [0.875]
    """
    below = np.add.accumulate(no, axis=1) - 0.5 * no
    return ratio((yes * below).sum(axis=1), yes.sum(axis=1) * no.sum(axis=1))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
