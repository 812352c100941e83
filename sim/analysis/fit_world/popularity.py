"""How much the click rates of items differ.

An item's log odds of a click are ``logit(c) + spread * z``, z standard normal; its clicks given these are Bernoulli.
The likelihood integrates over z by Gauss-Hermite quadrature.
"""

from __future__ import annotations

from dataclasses import dataclass
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

_HALF = 1.92  # half of the 95 % point of chi squared with one degree of freedom
_WIDEST = 4.0  # spread, log odds
_NODES = 40


@dataclass(frozen=True)
class Spread:
    """The standard deviation of items in log odds.

    Attributes:
        value: of largest likelihood.
        low: lower end of its 95 % profile interval; 0: items may all be alike.
        high: upper end.
    """

    value: float
    low: float
    high: float


@cache
def _nodes() -> tuple[Floats, Floats]:
    x, weight = np.polynomial.hermite_e.hermegauss(_NODES)
    return x, weight / weight.sum()


def mean_rate(rate: float, spread: float) -> float:
    """Return the mean click rate of all items.

    Args:
        rate: click rate where the normal is 0.
        spread: its standard deviation, log odds.

    >>> round(mean_rate(0.05, 0.0), 6), round(mean_rate(0.05, 1.0), 4)
    (0.05, 0.0744)
    """
    x, weight = _nodes()
    return float(weight @ scipy_special.expit(scipy_special.logit(rate) + spread * x))


def rate_of(mean: float, spread: float) -> float:
    """Return the rate of which `mean_rate` gives a mean."""
    low, high = scipy_special.logit(mean) - spread**2 - 1.0, scipy_special.logit(mean) + spread**2 + 1.0
    found = scipy_optimize.brentq(lambda x: mean_rate(scipy_special.expit(x), spread) - mean, low, high, xtol=1e-10)
    return float(scipy_special.expit(found))


def fit_spread(clicks: Floats, shown: Floats, seen: Floats) -> Spread:
    """Fit the spread of the items.

    Args:
        clicks: ``(items, size)`` of each item at each position.
        shown: ``(items, size)`` how often it was shown there.
        seen: ``(size,)`` share of the clicks that come about and are known there: examination, and time.
    """
    x, weight = _nodes()
    cells = shown.sum(0) > 0
    clicks, shown, seen = clicks[:, cells], shown[:, cells], seen[cells]

    def cost(logit: float, spread: float) -> float:
        p = scipy_special.expit(logit + spread * x)  # (nodes,)
        one = seen[:, None] * p
        logs = clicks @ np.log(one) + (shown - clicks) @ np.log1p(-np.minimum(one, 1.0 - 1e-12))
        return -float(scipy_special.logsumexp(logs, b=weight, axis=1).sum())

    middle = float(scipy_special.logit(np.clip(clicks.sum() / max((shown @ seen).sum(), 1.0), 1e-9, 1.0 - 1e-9)))

    def profile(spread: float) -> float:
        bounds = middle - spread**2 - 1.0, middle + 1.0
        return float(scipy_optimize.minimize_scalar(lambda z: cost(z, spread), bounds=bounds, method="bounded").fun)

    top = scipy_optimize.minimize_scalar(profile, bounds=(0.0, _WIDEST), method="bounded", options={"xatol": 1e-4})
    value, above = float(top.x), float(top.fun) + _HALF
    low = 0.0 if profile(0.0) < above else scipy_optimize.brentq(lambda s: profile(s) - above, 0.0, value, xtol=1e-4)
    high = _WIDEST
    if profile(_WIDEST) > above:
        high = scipy_optimize.brentq(lambda s: profile(s) - above, value, _WIDEST, xtol=1e-4)
    return Spread(value, float(low), float(high))
