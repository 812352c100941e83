"""Predictions: what policies expect of impressions, against the probability that the world gives their outcomes.

No outcome is drawn for these scores, so that no luck is in them. What is shown was chosen because its prediction is
high: the calibration of the shown exceeds 1 for an unbiased model as well (the winner's curse). Of a random item
nothing was chosen: corrections are compared on ``prediction/random/*``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.score.grid import BUCKETS, Grid, Stretches, Sums
from sim.score.metrics.base import Floats, Ints, Metric, Scores, ratio
from sim.trace import Chunk

BINS = 1000  # of predictions between 0 and 1
_ALL = 2 * BINS  # half of them below 0 and above 1: what linear models say of rare outcomes
_SMALL = 0.03  # distance from 0 and 1 below which bins are about equally wide
_SCALE = float(0.5 * BINS / np.arcsinh(1.0 / _SMALL))
_MERGED = 8  # bins are one of a time bucket
_PARTS = _ALL // _MERGED
_LEAST = 1e-6  # a prediction nearer to 0 or 1 is cut for its logarithm


class Prediction(Metric):
    """``prediction/*`` of the impressions shown and ``prediction/random/*``, None where no prediction is known."""

    order = 10

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
        both = {"prediction": self._shown, "prediction/random": self._random}
        return {
            f"{what}/{name}": values for what, tally in both.items() for name, values in tally.scores(whole).items()
        }


class Tally:
    """Sums over predictions, per bucket."""

    def __init__(self) -> None:
        self._count, self._cut, self._gain, self._predicted, self._probability = (Sums() for _ in range(5))
        self._whole = np.zeros((2, 1, _ALL))  # probability of a yes and of a no, by bin of the prediction
        self._parts = np.zeros((2, BUCKETS, _PARTS))  # the same per bucket

    def read(self, stretches: Stretches, predicted: Floats, probability: Floats) -> None:
        """Take in predictions, NaN where unknown, with the probabilities of an outcome, in order of time."""
        if (unknown := np.isnan(predicted)).any():
            known = ~unknown
            stretches, predicted, probability = _some(stretches, known), predicted[known], probability[known]
        if not len(predicted):
            return
        inside = predicted
        if predicted.min() < _LEAST or predicted.max() > 1.0 - _LEAST:
            inside = np.clip(predicted, _LEAST, 1.0 - _LEAST)
            self._cut.add(stretches, (inside != predicted).astype(np.float64))
        no = np.log1p(-inside)
        self._count.count(stretches)
        self._gain.add(stretches, no + probability * (np.log(inside) - no))
        self._predicted.add(stretches, predicted)
        self._probability.add(stretches, probability)
        self._sort(stretches, _bins(predicted), probability)

    def _sort(self, stretches: Stretches, place: Ints, probability: Floats) -> None:
        rows = len(stretches.buckets)
        row = np.repeat(np.arange(rows), stretches.counts)
        for side, weight in enumerate((probability, 1.0 - probability)):
            if rows * _ALL <= len(place):
                table = np.bincount(_ALL * row + place, weight, rows * _ALL)
                self._whole[side] += table.reshape(rows, _ALL).sum(axis=0)
                merged = np.add.reduceat(table, np.arange(0, rows * _ALL, _MERGED)).reshape(rows, _PARTS)
            else:  # a short run: a few rows in each of many buckets
                self._whole[side] += np.bincount(place, weight, _ALL)
                merged = np.bincount(_PARTS * row + place // _MERGED, weight, rows * _PARTS).reshape(rows, _PARTS)
            self._parts[side, stretches.buckets] += merged

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
    short = np.clip(predicted, -1.0, 2.0).astype(np.float32)  # seven digits are enough for bins
    place = np.arcsinh(short / _SMALL)
    place -= np.arcsinh((1.0 - short) / _SMALL)
    place *= _SCALE
    place += BINS
    bins: Ints = np.clip(place, 0.0, _ALL - 1.0, out=place).astype(np.int64)
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
