"""Buckets of a curve put together: each column by what it is a mean over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.score import weights

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


def weighted(curve: pd.DataFrame, column: str) -> tuple[Floats, Floats] | None:
    """Return numerators and denominators of a column, ``(rows,)`` each; sums of both give means of many buckets.

    Args:
        curve: a row for each bucket of each replication.
        column: a mean over requests, or over what `sim.score.weights` says.

    Returns:
        None where the curve has not both, as that of a run of an older version.
    """
    by = weights().get(column, "requests")
    if column not in curve or by not in curve:
        return None
    values, weight = (curve[name].to_numpy(dtype=float) for name in (column, by))
    weight = np.where(np.isfinite(values), weight, 0.0)
    return np.nan_to_num(values) * weight, weight
