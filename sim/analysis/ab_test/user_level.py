"""Means per user or per request, and intervals by user.

Users are independent, their requests are not. So the error of a mean per request, a ratio of two sums over users, is
that of the ratio by the delta method (Deng, Knoblich & Lu 2018, https://doi.org/10.1145/3219819.3219919), and two sides
are compared by Welch's test (https://doi.org/10.1093/biomet/34.1-2.28). These are the numbers of the package
tea-tasting (``RatioOfMeans``, ``Mean``), to which a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.lazy import lazy

if TYPE_CHECKING:
    import scipy.special as scipy_special
else:
    scipy_special = lazy("scipy.special")

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
ERROR = 0.05


@dataclass(frozen=True)
class Estimates:
    """Estimates at looks, ``(..., n_looks)`` each; NaN where there is none.

    Attributes:
        value: the estimate.
        error: its standard error.
        freedom: degrees of freedom of Student's t.
    """

    value: Floats
    error: Floats
    freedom: Floats

    def half(self, looks: int = 1) -> Floats:
        """Return half-widths of 95 % intervals.

        Args:
            looks: at how many the test may be stopped; each spends an equal share of the 5 %, so that all intervals of
                a test hold together.
        """
        return np.asarray(scipy_special.stdtrit(self.freedom, 1.0 - ERROR / looks / 2.0) * self.error)

    def significant(self, looks: int = 1) -> Bools:
        """Return whether the interval excludes 0; false where unknown."""
        return np.abs(self.value) > self.half(looks)


def ratio(numerator: Floats, denominator: Floats) -> Estimates:
    """Return sums over users, divided.

    Only users with a denominator above 0 count.

    Args:
        numerator: ``(users, n_looks)``, of users who are independent.
        denominator: likewise, not below 0.
    """
    there = denominator > 0.0
    count = there.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = numerator.sum(axis=0) / (total := denominator.sum(axis=0))
        left = np.where(there, numerator - value * denominator, 0.0)
        variance = np.square(left).sum(axis=0) / (count - 1) * count / np.square(total)
    known = count > 1
    return Estimates(value, np.where(known, np.sqrt(variance), np.nan), np.where(known, count - 1.0, np.nan))


def difference(first: Estimates, second: Estimates) -> Estimates:
    """Return the second less the first, which are independent."""
    one, other = np.square(first.error), np.square(second.error)
    with np.errstate(invalid="ignore"):  # neither side varies: the interval is unknown
        freedom = np.square(one + other) / (np.square(one) / first.freedom + np.square(other) / second.freedom)
    return Estimates(second.value - first.value, np.sqrt(one + other), freedom)
