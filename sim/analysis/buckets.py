"""Weighted means over the buckets of a curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.score import weights

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def weighted(curve: pd.DataFrame, column: str) -> tuple[Floats, Floats] | None:
    """Return numerators and denominators of a column, ``(rows,)`` each.

    The sum of the numerators over the sum of the denominators is the mean over many buckets.

    Args:
        curve: a row for each bucket of each replication.
        column: a mean over requests, or over what `sim.score.weights` says.

    Returns:
        None where the curve does not have both columns, as in runs of older versions.
    """
    by = weights().get(column, "requests")
    if column not in curve or by not in curve:
        return None
    values, weight = (curve[name].to_numpy(dtype=float) for name in (column, by))
    weight = np.where(np.isfinite(values), weight, 0.0)
    return np.nan_to_num(values) * weight, weight


class Steps:
    """A curve, over all replications, in steps of several buckets.

    Args:
        curve: a row for each bucket of each replication.
        most: the number of steps, as equal as possible, at most one for each bucket; None: as many as ``size`` gives.
        size: buckets in a step, the last may have fewer.
    """

    def __init__(self, curve: pd.DataFrame, most: int | None = None, size: int = 1) -> None:
        bucket = curve["bucket"].to_numpy(dtype=np.int64)
        buckets = int(bucket.max()) + 1
        count = None if most is None else min(most, buckets)
        self._step: Ints = bucket // size if count is None else bucket * count // buckets
        self._curve, self._count = curve, int(self._step.max()) + 1

    def ends(self) -> Floats:
        """Return each step's end in simulated seconds."""
        ends = np.zeros(self._count)
        np.maximum.at(ends, self._step, self._curve["at"].to_numpy(dtype=float))
        return ends

    def means(self, column: str) -> list[tuple[int, float]]:
        """Return a column's weighted mean over each step with values."""
        if (known := weighted(self._curve, column)) is None:
            return []
        sums, weight = (np.bincount(self._step, amounts, self._count) for amounts in known)
        there = np.flatnonzero(weight)
        return list(zip(there.tolist(), (sums[there] / weight[there]).tolist(), strict=True))
