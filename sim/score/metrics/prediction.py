"""Predictions: what policies expect of impressions, against the probability that the world gives their outcomes.

No outcome is drawn for these scores, so that no luck is in them. What is shown was chosen because its prediction is
high: the calibration of the shown exceeds 1 for an unbiased model as well (the winner's curse). Of a random item
nothing was chosen: corrections are compared on ``prediction/random/*``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.score.grid import BUCKETS, Grid, Stretches, Sums
from sim.score.metrics.base import About, Floats, Ints, Metric, Scores, ratio
from sim.trace import Chunk

BINS = 1000  # of predictions between 0 and 1
_ALL = 2 * BINS  # half of them below 0 and above 1: what linear models say of rare outcomes
_SMALL = 0.03  # distance from 0 and 1 below which bins are about equally wide
_SCALE = float(0.5 * BINS / np.arcsinh(1.0 / _SMALL))
_MERGED = 8  # bins are one of a time bucket
_PARTS = _ALL // _MERGED
_LEAST = 1e-6  # a prediction nearer to 0 or 1 is cut for its logarithm

_OF = ("prediction", "prediction/random")
_SCORES = {
    "nll": About(better="less"),
    "auc": About(better="more"),
    "calibration": About(),
    "cut": About(better="less"),
}


class Prediction(Metric):
    """``prediction/*`` of the impressions shown and ``prediction/random/*``, None where no prediction is known."""

    order = 10
    says: ClassVar[Mapping[str, About]] = {f"{what}/{name}": how for what in _OF for name, how in _SCORES.items()}

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._shown, self._random = Tally(), Tally()

    def read(self, chunk: Chunk, stretches: Stretches) -> None:
        """Take in a chunk."""
        size = chunk.predicted.shape[1]
        of_slates = Stretches(stretches.buckets, stretches.starts * size, stretches.counts * size)
        self._shown.read(of_slates, chunk.predicted.ravel(), chunk.probability.ravel())
        self._random.read(stretches, chunk.random_predicted, chunk.random_probability)

    def summary(self) -> Scores:
        """Return the scores of both."""
        return {name: _known(value.item()) for name, value in self._named(whole=True).items()}

    def curve(self) -> dict[str, Floats]:
        """Return the scores of both per bucket."""
        return self._named(whole=False)

    def _named(self, whole: bool) -> dict[str, Floats]:
        both = zip(_OF, (self._shown, self._random), strict=True)
        return {f"{what}/{name}": values for what, tally in both for name, values in tally.scores(whole).items()}


class Tally:
    """Sums over predictions, per bucket."""

    def __init__(self) -> None:
        self._count, self._cut, self._gain, self._predicted, self._probability = (Sums() for _ in range(5))
        self._whole = np.zeros((2, 1, _ALL))  # probability of a yes and of a no, by bin of the prediction
        self._parts = np.zeros((2, BUCKETS, _PARTS))  # the same per bucket

    def read(self, stretches: Stretches, predicted: Floats, probability: Floats) -> None:
        """Take in predictions, NaN where unknown, with the probabilities of an outcome, in order of time."""
        if not len(predicted):
            return
        if np.isnan(predicted.min()):
            known = ~np.isnan(predicted)
            if known.any():
                self.read(_some(stretches, known), predicted[known], probability[known])
            return
        inside = predicted
        if predicted.min() < _LEAST or predicted.max() > 1.0 - _LEAST:
            inside = np.clip(predicted, _LEAST, 1.0 - _LEAST)
            self._cut.add(stretches, (inside != predicted).astype(np.float64))
        no, gain = np.log1p(-inside), np.log(inside)
        gain -= no
        gain *= probability
        gain += no
        self._count.count(stretches)
        self._gain.add(stretches, gain)
        self._predicted.add(stretches, predicted)
        self._probability.add(stretches, probability)
        self._sort(stretches, _bins(predicted), probability)

    def _sort(self, stretches: Stretches, place: Ints, probability: Floats) -> None:
        rows = len(stretches.buckets)
        few = rows * _ALL <= len(place)  # else a short run: a few predictions in each of many buckets
        first, last = int(place.min()) // _MERGED, int(place.max()) // _MERGED
        width = (last + 1 - first) * _MERGED
        place = place - first * _MERGED
        cell = place + np.repeat(np.arange(rows) * width, stretches.counts)
        whole, parts = self._whole[:, 0, first * _MERGED : (last + 1) * _MERGED], self._parts[:, :, first : last + 1]
        for side, weight in enumerate((probability, 1.0 - probability)):
            if few:
                table = np.bincount(cell, weight, rows * width)
                whole[side] += table.reshape(rows, width).sum(axis=0)
                merged = np.add.reduceat(table, np.arange(0, rows * width, _MERGED))
            else:
                whole[side] += np.bincount(place, weight, width)
                merged = np.bincount(cell // _MERGED, weight, rows * width // _MERGED)
            parts[side, stretches.buckets] += merged.reshape(rows, -1)

    def scores(self, whole: bool) -> dict[str, Floats]:
        """Return the scores, of everything ``(1,)`` or per bucket, NaN where nothing is known."""
        count, cut, gain, predicted, probability = (
            np.array([one.total]) if whole else one.per_bucket
            for one in (self._count, self._cut, self._gain, self._predicted, self._probability)
        )
        return {
            "nll": -ratio(gain, count),
            "auc": _auc(*(self._whole if whole else self._parts)),
            "calibration": ratio(predicted, probability),
            "cut": ratio(cut, count),
        }


def _some(stretches: Stretches, rows: NDArray[np.bool_]) -> Stretches:
    """Return where some of the rows fall into buckets."""
    counts = np.add.reduceat(rows, stretches.starts, dtype=np.int64)
    there = counts > 0
    counts = counts[there]
    return Stretches(stretches.buckets[there], np.cumsum(counts) - counts, counts)


def _bins(predicted: Floats) -> Ints:
    """Return the bins of predictions, which keep their order.

    Bins are equal steps of log odds, but near 0 and 1, where they go on evenly to what lies beyond.

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
    """Return the chance that a yes is in a higher bin than a no, plus half of that they share one.

    Args:
        yes: ``(n, bins)`` weights.
        no: the same.

    >>> _auc(np.array([[0.0, 1.0, 1.0]]), np.array([[1.0, 1.0, 0.0]])).tolist()
    [0.875]
    """
    below = np.add.accumulate(no, axis=1) - 0.5 * no
    return ratio((yes * below).sum(axis=1), yes.sum(axis=1) * no.sum(axis=1))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
