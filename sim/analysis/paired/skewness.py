"""How skewed differences are, and whether Student's test keeps its level on them; arrays in, arrays out.

The paired t-test takes the mean of the differences for normal. With few pairs, many tests at once and skewed
differences it is wrong more often than it says: Holm's correction asks for a tail far out, where skewness counts most.
No test keeps 5 % there whatever the law (Bahadur and Savage 1956, https://doi.org/10.1214/aoms/1177728077). So the
skewness is estimated, and where it is large nothing is claimed.

One test's own pairs cannot tell. Where a law is skewed the t-test errs on samples that have missed its long tail, and
those look less skewed than they are. What decides is therefore the mean over all tests of a family; a test's own
estimate only where it is known well enough to differ from that mean beyond doubt.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.analysis.paired.pairwise import Floats, Truths

SLIGHT, STRONG = 0.5, 1.0  # of skewness: up to the first the level is kept, above the second nothing is claimed
ENOUGH = 24  # pairs needed between the two
_DOUBT = 3.0  # standard errors


def skewness(gaps: Floats) -> Floats:
    """Return the adjusted Fisher-Pearson skewness of differences along the last axis.

    Source: Joanes and Gill 1998, G1, https://doi.org/10.1111/1467-9884.00122.

    Args:
        gaps: ``(..., n_pairs)``; NaN where there is no pair.

    Returns:
        ``(...)``; NaN with fewer than three pairs, 0 where all are the same.
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
    """Return the standard error of `skewness` where differences are normal; NaN with fewer than three pairs.

    Args:
        count: of pairs.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(6.0 * count * (count - 1.0) / ((count - 2.0) * (count + 1.0) * (count + 3.0)))
    return np.where(count < 3, np.nan, error)


def deciding(own: Floats, count: Floats) -> Floats:
    """Return the skewness that decides about each test of a family.

    Args:
        own: of each test, ``(..., n_tests)``, NaN where it is not known.
        count: of pairs of each, of the same shape.

    Returns:
        The mean over the family, weighted by pairs; a test's own where it is more than three standard errors from
        that. NaN if none is known.
    """
    known = np.isfinite(own)
    weight = np.where(known, count, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (np.where(known, own, 0.0) * weight).sum(axis=-1, keepdims=True) / weight.sum(axis=-1, keepdims=True)
        apart = known & (np.abs(own - pooled) > _DOUBT * standard_error(count))
    return np.where(apart, own, np.broadcast_to(pooled, own.shape))


def beyond_doubt(known: Sequence[tuple[float | None, int]]) -> float | None:
    """Return the mean skewness of a family if it is more than `SLIGHT` by two standard errors, else None.

    Args:
        known: skewness and number of pairs of each test; None where it is not known.
    """
    told = [(skew, count) for skew, count in known if skew is not None]
    if not told:
        return None
    pairs = np.array([count for _, count in told], dtype=float)
    mean = float(np.average([skew for skew, _ in told], weights=pairs))
    error = float(np.sqrt(np.sum((pairs * standard_error(pairs)) ** 2)) / pairs.sum())
    return mean if abs(mean) - 2.0 * error > SLIGHT else None


def deciding_of(known: Sequence[tuple[float | None, int]]) -> list[float | None]:
    """Return `deciding` for skewness and number of pairs of each test of a family; None where it is not known."""
    own = np.array([np.nan if skew is None else skew for skew, _ in known])
    found = deciding(own, np.array([count for _, count in known], dtype=float)) if known else own
    return [None if np.isnan(skew) else float(skew) for skew in found]


def kept(skew: Floats, count: Floats) -> Truths:
    """Return whether the t-test may decide: little skewness, or some of it and enough pairs.

    Args:
        skew: see `deciding`; NaN counts as none, for it takes three pairs.
        count: of pairs.
    """
    size = np.abs(np.nan_to_num(skew))
    result: Truths = (size <= SLIGHT) | ((size <= STRONG) & (count >= ENOUGH))
    return result
