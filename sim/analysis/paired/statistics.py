"""Intervals and p-values of the mean of paired differences."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.paired import pairwise
from sim.analysis.paired.pairwise import ERROR, Floats
from sim.lazy import lazy

if TYPE_CHECKING:
    import scipy.special as scipy_special
else:
    scipy_special = lazy("scipy.special")

LEVEL = 1.0 - ERROR
RESAMPLES = 4000


def t_interval(gaps: Floats, looks: int = 1) -> tuple[float, float, float] | None:
    """Return mean, 95 % half-width and two-sided p-value.

    Source: Student's paired test, https://doi.org/10.1093/biomet/6.1.1.

    Args:
        gaps: ``(n_pairs,)``.
        looks: number of interim analyses; each spends an equal share of the error (`sim.analysis.stopping_rule`), so
            that interval and p-value hold at each of them.

    Returns:
        None with fewer than two pairs. If all differences are equal, p is 0, or 1 if they are 0.

    >>> [round(x, 4) for x in t_interval(np.array([1.0, 2.0, 3.0]))]
    [2.0, 2.4841, 0.0742]
    """
    n = len(gaps)
    if n < 2:
        return None
    mean, error = float(np.mean(gaps)), float(np.std(gaps, ddof=1)) / np.sqrt(n)
    if error <= 1e-14 * abs(mean) or error == 0.0:
        return mean, 0.0, 1.0 if mean == 0.0 else 0.0
    p = min(1.0, looks * 2.0 * float(scipy_special.stdtr(n - 1, -abs(mean) / error)))
    return mean, float(scipy_special.stdtrit(n - 1, 1.0 - (1.0 - LEVEL) / looks / 2.0) * error), p


def bootstrap_interval(gaps: Floats) -> tuple[float, float] | None:
    """Return the 95 % percentile bootstrap interval of the mean.

    None with fewer than two pairs.

    The resamples depend on the number of pairs only: the same data give the same interval, whatever else is compared.
    Source: Efron, https://doi.org/10.1214/aos/1176344552.

    Args:
        gaps: ``(n_pairs,)``.
    """
    if len(gaps) < 2:
        return None
    means = np.sort(gaps[_resamples(len(gaps))].mean(axis=1))
    low, high = np.quantile(means, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return float(low), float(high)


@lru_cache(maxsize=2)
def _resamples(n: int) -> NDArray[np.int64]:
    """Return the pairs that each resample draws, ``(RESAMPLES, n)``."""
    return np.random.default_rng(n).integers(0, n, size=(RESAMPLES, n))


def holm(values: Sequence[float | None]) -> list[float | None]:
    """Correct p-values by Holm's procedure, in the same order.

    None stays None and does not count.

    Source: Holm's step-down procedure, https://www.jstor.org/stable/4615733.

    >>> holm([0.01, None, 0.04, 0.03])
    [0.03, None, 0.06, 0.06]
    """
    if not values:
        return []
    corrected = pairwise.holm(np.array([np.nan if p is None else p for p in values]))
    return [None if np.isnan(p) else float(p) for p in corrected]
