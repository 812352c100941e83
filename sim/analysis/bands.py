"""Curves of several replications on few points, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.analysis.buckets import weighted
from sim.score.metrics.base import ratio

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
DAY = 86400.0
POINTS = (36, 24, 18, 12, 9, 6)  # on a line: the first of these at which every replication has requests, else the last


def binned(tables: Sequence[pd.DataFrame], columns: Sequence[str]) -> tuple[Floats, list[Floats]]:
    """Return columns of a contender's curves on few points.

    Args:
        tables: curves, each with a row for every bucket of its replications.
        columns: means over requests or the like; the first decides how many points there are.

    Returns:
        Days ``(k,)``; for each column values ``(replications, k)``, NaN if not known.
    """
    count = int(tables[0]["bucket"].max()) + 1
    for points in POINTS:
        parts = min(points, count)
        sums = [np.vstack([_sums(table, name, parts, count) for table in tables]) for name in columns]
        asked = np.flatnonzero(sums[0][:, 1].any(axis=0))
        if asked.size and sums[0][:, 1, asked[0] : asked[-1] + 1].all():
            break
    part = tables[0]["bucket"].to_numpy() * parts // count
    at = np.bincount(part, tables[0]["at"].to_numpy(dtype=float)) / np.bincount(part) / DAY
    return at, [ratio(one[:, 0], one[:, 1]) for one in sums]


def _sums(curve: pd.DataFrame, name: str, parts: int, count: int) -> Floats:
    """Return numerators and denominators, ``(replications, 2, parts)``; zeros if unknown."""
    run = curve["replication"].to_numpy() if "replication" in curve else np.zeros(len(curve), dtype=int)
    size = int(run.max()) + 1
    if (known := weighted(curve, name)) is None:
        return np.zeros((size, 2, parts))
    place = run * parts + curve["bucket"].to_numpy() * parts // count
    return np.stack([np.bincount(place, one, size * parts).reshape(size, parts) for one in known], axis=1)


def band(values: Floats) -> tuple[Floats, Floats | None]:
    """Return mean of what is known and half-width, ``(k,)``.

    Args:
        values: ``(replications, k)``, NaN if not known.

    Returns:
        The half-width of the 95 % interval needs a value of each replication, and more than one.
    """
    known = np.isfinite(values)
    n, some = len(values), known.sum(axis=0)
    middle = np.where(some > 0, np.where(known, values, 0.0).sum(axis=0) / np.maximum(some, 1), np.nan)
    if n == 1:
        return middle, None
    return middle, float(stdtrit(n - 1, 0.975)) * values.std(axis=0, ddof=1) / np.sqrt(n)
