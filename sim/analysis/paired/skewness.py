"""Skewness of differences, and whether Student's test keeps its level.

The paired t-test assumes that the mean of the differences is normal. With few pairs, many tests at once and skewed
differences it is wrong more often than its level: Holm's correction uses the far tail, where skewness matters most. No
test keeps 5 % there for every distribution (Bahadur and Savage 1956, https://doi.org/10.1214/aoms/1177728077). So the
skewness is estimated, and where it is large nothing is claimed. Arrays in, arrays out.

The pairs of a single test are not enough to estimate it. If the distribution is skewed, the t-test errs on samples that
missed the long tail, and these have a low sample skewness. Therefore the mean over all tests of a family decides; a
test's own estimate is used only if it differs from that mean by more than three standard errors.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.analysis.paired.pairwise import Floats, Truths

SLIGHT, STRONG = 0.5, 1.0  # skewness: up to the first the level is kept, above the second nothing is claimed
ENOUGH = 24  # pairs needed between the two
_DOUBT = 3.0  # standard errors


def skewness(gaps: Floats) -> Floats:
    """Return the adjusted Fisher-Pearson skewness, along the last axis.

    Source: Joanes and Gill 1998, G1, https://doi.org/10.1111/1467-9884.00122.

    Args:
        gaps: ``(..., n_pairs)``; NaN where there is no pair.

    Returns:
        ``(...)``; NaN with fewer than three pairs, 0 where all are equal.
    """
    there = np.isfinite(gaps)
    count = there.sum(axis=-1).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(there, gaps, 0.0).sum(axis=-1) / count
        apart = np.where(there, gaps - mean[..., None], 0.0)
        second, third = ((apart**power).sum(axis=-1) / count for power in (2, 3))
        same = second <= (1e-14 * mean) ** 2
        biased = np.where(same, 0.0, third / np.where(same, 1.0, second) ** 1.5)
        return np.where(count < 3, np.nan, biased * np.sqrt(count * (count - 1.0)) / (count - 2.0))


def standard_error(count: Floats) -> Floats:
    """Return the standard error of `skewness` under normality.

    NaN with fewer than three pairs.

    Args:
        count: number of pairs.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(6.0 * count * (count - 1.0) / ((count - 2.0) * (count + 1.0) * (count + 3.0)))
    return np.where(count < 3, np.nan, error)


def deciding(own: Floats, count: Floats) -> Floats:
    """Return the skewness that decides about each test.

    Args:
        own: skewness of each test of a family, ``(..., n_tests)``, NaN where it is not known.
        count: number of pairs of each, of the same shape.

    Returns:
        The mean over the family, weighted by pairs; a test's own if it is more than three standard errors from
        that. NaN if none is known.
    """
    known = np.isfinite(own)
    weight = np.where(known, count, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (np.where(known, own, 0.0) * weight).sum(axis=-1, keepdims=True) / weight.sum(axis=-1, keepdims=True)
        apart = known & (np.abs(own - pooled) > _DOUBT * standard_error(count))
    return np.where(apart, own, np.broadcast_to(pooled, own.shape))


def beyond_doubt(known: Sequence[tuple[float | None, int]]) -> float | None:
    """Return the mean skewness if clearly above `SLIGHT`.

    None unless it is above `SLIGHT` by two standard errors.

    Args:
        known: skewness and number of pairs of each test; None where it is not known.
    """
    measured = [(skew, count) for skew, count in known if skew is not None]
    if not measured:
        return None
    pairs = np.array([count for _, count in measured], dtype=float)
    mean = float(np.average([skew for skew, _ in measured], weights=pairs))
    error = float(np.sqrt(np.sum((pairs * standard_error(pairs)) ** 2)) / pairs.sum())
    return mean if abs(mean) - 2.0 * error > SLIGHT else None


def deciding_of(known: Sequence[tuple[float | None, int]]) -> list[float | None]:
    """Return `deciding` of skewness and pairs, as a list.

    None where it is not known.
    """
    own = np.array([np.nan if skew is None else skew for skew, _ in known])
    found = deciding(own, np.array([count for _, count in known], dtype=float)) if known else own
    return [None if np.isnan(skew) else float(skew) for skew in found]


def kept(skew: Floats, count: Floats) -> Truths:
    """Return whether the t-test may decide.

    It may with little skewness, or with more of it and enough pairs.

    Args:
        skew: see `deciding`; NaN (fewer than three pairs) counts as 0.
        count: number of pairs.
    """
    size = np.abs(np.nan_to_num(skew))
    result: Truths = (size <= SLIGHT) | ((size <= STRONG) & (count >= ENOUGH))
    return result
