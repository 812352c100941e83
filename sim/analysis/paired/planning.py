"""How many pairs would settle a difference: numbers in, numbers out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.lazy import lazy

if TYPE_CHECKING:
    import scipy.special as scipy_special
else:
    scipy_special = lazy("scipy.special")

POWER = 0.8
MOST = 100_000  # more are not counted
_MANY = 500  # from here on Student's law is the normal one, to a thousandth of the number of pairs


def pairs_needed(gap: float, spread: float, error: float, power: float = POWER) -> int:
    """Return how many pairs find a difference by the two-sided paired t-test with a given probability.

    Source: the power of Student's test by the noncentral t law, Cohen 1988, chapter 2; by the normal one where there
    are many.

    Args:
        gap: the true mean difference.
        spread: standard deviation of the differences.
        error: of the test, after all corrections.
        power: how probable it is to be found.

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
    """Return the 95 % interval of the pairs needed, as the spread is known from some pairs only.

    It is that of the variance by the chi-square law; the gap is taken as large as it looks.

    Args:
        gap: mean of the differences seen.
        spread: their standard deviation.
        pairs: how many they are, at least 2.
        error: of the test to come, after all corrections.
    """
    degrees = pairs - 1
    ends = [spread * math.sqrt(degrees / float(scipy_special.chdtri(degrees, tail))) for tail in (0.025, 0.975)]
    return pairs_needed(gap, ends[0], error), pairs_needed(gap, ends[1], error)
