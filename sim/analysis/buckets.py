"""Weighted means over the buckets of a curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.score import weights

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


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
