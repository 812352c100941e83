"""The number of pairs that would decide a difference."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.lazy import lazy

if TYPE_CHECKING:
    import scipy.special as scipy_special
else:
    scipy_special = lazy("scipy.special")

POWER = 0.8
MOST = 100_000  # larger numbers are cut off
_MANY = 500  # from here on the normal law replaces Student's, exact to a thousandth of the pairs


def pairs_needed(gap: float, spread: float, error: float, power: float = POWER) -> int:
    """Return the pairs that a paired t-test needs.

    That is the number with which the two-sided test finds the difference with the given power.

    Source: the power of Student's test by the noncentral t distribution, Cohen 1988, chapter 2; for many pairs by the
    normal distribution.

    Args:
        gap: the true mean difference.
        spread: standard deviation of the differences.
        error: level of the test, after all corrections.
        power: the probability to find the difference.

    Returns:
        At least 2, at most `MOST`.

    >>> pairs_needed(0.5, 1.0, 0.05), pairs_needed(0.0, 1.0, 0.05)
    (34, 100000)
    """
    if gap == 0.0:
        return MOST
    near = float((scipy_special.ndtri(1.0 - error / 2.0) + scipy_special.ndtri(power)) * spread / abs(gap)) ** 2
    if near >= _MANY:
        return min(math.ceil(near), MOST)
    count = max(2, math.floor(near))
    while _power(count, abs(gap) / spread if spread else math.inf, error) < power:
        count += 1
    return count


def _power(count: int, size: float, error: float) -> float:
    if math.isinf(size):
        return 1.0
    return 1.0 - float(
        scipy_special.nctdtr(count - 1, size * math.sqrt(count), scipy_special.stdtrit(count - 1, 1.0 - error / 2.0))
    )


def interval_needed(gap: float, spread: float, pairs: int, error: float) -> tuple[int, int]:
    """Return the 95 % interval of the pairs needed.

    It covers the uncertainty of the standard deviation, which is known from some pairs only.

    It is that of the variance by the chi-squared distribution; the gap is taken as observed.

    Args:
        gap: mean of the observed differences.
        spread: their standard deviation.
        pairs: their number, at least 2.
        error: level of the planned test, after all corrections.
    """
    degrees = pairs - 1
    ends = [spread * math.sqrt(degrees / float(scipy_special.chdtri(degrees, tail))) for tail in (0.025, 0.975)]
    return pairs_needed(gap, ends[0], error), pairs_needed(gap, ends[1], error)
