"""Click rates of items, also where users have tastes.

The log odds of a click are those of ``click_rate``, plus the item's popularity, plus ``<taste, x>`` of the user's taste
and the item's features (`docs/world.md`): each coordinate of a taste is normal with one spread, each of x with variance
1 / dim. Over users that is normal with ``spread |x|``, and ``|x|^2`` is chi squared over dim.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.fit_world.found import Floats
from sim.lazy import lazy

if TYPE_CHECKING:
    import scipy.optimize as scipy_optimize
    import scipy.special as scipy_special
else:
    scipy_optimize, scipy_special = lazy("scipy.optimize"), lazy("scipy.special")

DIM = 8  # coordinates of a taste
WIDEST = 4.0  # spread up to which the sums below are exact to three digits
_LEAST = 1e-6  # mean rate, or distance from 1, below which a spread is no longer found
_NODES, _LENGTHS = 61, 20


@cache
def _normal() -> tuple[Floats, Floats]:
    x, weight = np.polynomial.hermite_e.hermegauss(_NODES)
    return x, weight / weight.sum()


@cache
def _lengths() -> tuple[Floats, Floats]:
    """Return lengths of feature vectors, and their weights."""
    half, weight = scipy_special.roots_genlaguerre(_LENGTHS, DIM / 2.0 - 1.0)
    return np.sqrt(2.0 * half / DIM), weight / weight.sum()


def moments(rate: float, popularity: float, tastes: float = 0.0) -> tuple[float, float]:
    """Return mean and standard deviation of items' click rates.

    Each is a mean over all users.

    Args:
        rate: click rate where popularity and taste are 0.
        popularity: standard deviation over items, log odds.
        tastes: spread of each coordinate of the users' tastes.

    >>> [round(number, 4) for number in moments(0.05, 1.0)]
    [0.0727, 0.0712]
    """
    (z, weight), (lengths, of_length) = _normal(), _lengths() if tastes else (np.zeros(1), np.ones(1))
    log_odds = scipy_special.logit(rate) + popularity * z
    if tastes:
        each = scipy_special.expit(log_odds[:, None, None] + tastes * lengths[:, None] * z) @ weight
    else:
        each = scipy_special.expit(log_odds)[:, None]
    mean = float(weight @ each @ of_length)
    return mean, float(np.sqrt(weight @ (each - mean) ** 2 @ of_length))


def rate_of(mean: float, popularity: float, tastes: float = 0.0) -> float:
    """Return the rate of which `moments` gives a mean."""
    width = popularity**2 + tastes**2 + 1.0
    low, high = scipy_special.logit(mean) - width, scipy_special.logit(mean) + width
    found = scipy_optimize.brentq(
        lambda x: moments(scipy_special.expit(x), popularity, tastes)[0] - mean, low, high, xtol=1e-10
    )
    return float(scipy_special.expit(found))


def popularity_of(mean: float, popularity: float, tastes: float) -> float:
    """Return the popularity with which tastes change nothing.

    Click rates of items then have the same mean and standard deviation as with a popularity and no tastes. It is 0
    where tastes alone make them differ as much, by the length of x.
    """
    mean = max(min(mean, 1.0 - mean), _LEAST)  # the same by symmetry; floats tell rates near 0 apart, near 1 not
    wanted = moments(rate_of(mean, popularity), popularity)[1]

    def above(spread: float) -> float:
        return moments(rate_of(mean, spread, tastes), spread, tastes)[1] - wanted

    if above(0.0) >= 0.0:
        return 0.0
    return float(scipy_optimize.brentq(above, 0.0, 4.0 * popularity + 1.0, xtol=1e-5))
