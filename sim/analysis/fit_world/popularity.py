"""How much the click rates of items differ.

An item's log odds of a click are ``logit(c) + spread * z``, z standard normal; its clicks given these are Bernoulli.
The likelihood integrates over z by Gauss-Hermite quadrature around each item's mode (Liu and Pierce 1994,
https://doi.org/10.1093/biomet/81.3.624), so that it is exact however often an item is shown.
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
_NODES = 25
_ONE = 1.0 - 1e-12


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


class _Items:
    """Minus the log likelihood of the clicks of items.

    Args:
        clicks: ``(items, size)``.
        shown: ``(items, size)``.
        seen: ``(size,)``.
    """

    def __init__(self, clicks: Floats, shown: Floats, seen: Floats) -> None:
        self._clicks, self._rest, self._seen = clicks[:, :, None], (shown - clicks)[:, :, None], seen[:, None]

    def cost(self, logit: float, spread: float) -> float:
        """Return it for a middle and a spread, log odds."""
        x, weight = _nodes()
        mode, width = self._modes(logit, spread)
        z = mode + width * x  # (items, nodes)
        logs = self._log(logit + spread * z) - 0.5 * z**2 + 0.5 * x**2
        return -float((scipy_special.logsumexp(logs, b=weight, axis=1) + np.log(width[:, 0])).sum())

    def _log(self, log_odds: Floats) -> Floats:
        """Return the log likelihood of each item, ``(items, nodes)``."""
        one = self._seen * scipy_special.expit(log_odds)[:, None, :]
        return np.asarray((self._clicks * np.log(one) + self._rest * np.log1p(-np.minimum(one, _ONE))).sum(1))

    def _modes(self, logit: float, spread: float) -> tuple[Floats, Floats]:
        """Return where z is most likely, and how wide, ``(items, 1)``.

        By Fisher's scoring, with steps of at most 1.
        """
        z = np.zeros((len(self._clicks), 1))
        for _ in range(25):
            p = scipy_special.expit(logit + spread * z)[:, None, :]
            left = (1.0 - p) / (1.0 - np.minimum(self._seen * p, _ONE))
            slope = spread * (self._clicks * (1.0 - p) - self._rest * self._seen * p * left).sum(1) - z
            bend = 1.0 + spread**2 * ((self._clicks + self._rest) * self._seen * p * (1.0 - p) * left).sum(1)
            step = np.clip(slope / bend, -1.0, 1.0)
            z = z + step
            if np.abs(step).max() < 1e-4:  # nearly there is as good
                break
        return z, 1.0 / np.sqrt(bend)


def fit_spread(clicks: Floats, shown: Floats, seen: Floats) -> Spread:
    """Fit the spread of the items.

    Args:
        clicks: ``(items, size)`` of each item at each position.
        shown: ``(items, size)`` how often it was shown there.
        seen: ``(size,)`` share of the clicks that come about and are known there: examination, and time.
    """
    cells = shown.sum(0) > 0
    items = _Items(clicks[:, cells], shown[:, cells], seen[cells])
    middle = float(scipy_special.logit(np.clip(clicks.sum() / max((shown @ seen).sum(), 1.0), 1e-9, 1.0 - 1e-9)))

    def profile(spread: float) -> float:
        bounds = middle - spread**2 - 1.0, middle + 1.0
        return float(
            scipy_optimize.minimize_scalar(lambda z: items.cost(z, spread), bounds=bounds, method="bounded").fun
        )

    top = scipy_optimize.minimize_scalar(profile, bounds=(0.0, _WIDEST), method="bounded", options={"xatol": 1e-4})
    value, above = float(top.x), float(top.fun) + _HALF
    low = 0.0 if profile(0.0) < above else scipy_optimize.brentq(lambda s: profile(s) - above, 0.0, value, xtol=1e-4)
    high = _WIDEST
    if profile(_WIDEST) > above:
        high = scipy_optimize.brentq(lambda s: profile(s) - above, value, _WIDEST, xtol=1e-4)
    return Spread(value, float(low), float(high))
