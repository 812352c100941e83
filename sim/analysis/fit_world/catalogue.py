"""How many items there are, and how long they live.

A catalogue of items that die at rate d, of which each request shows every one with probability q: from its first to its
last showing an item was alive; after the last it died, or was alive and not shown. This is the capture-recapture
likelihood of Cormack 1964, Jolly and Seber 1965 (https://doi.org/10.1093/biomet/52.1-2.225) in continuous time, given
the first showing: what happens at both ends of the log needs no correction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.fit_world.found import DAY, WIDE, Estimate, Floats, Ints, Part, Unknown, clustered, length, whole
from sim.analysis.fit_world.log import Log
from sim.lazy import lazy

if TYPE_CHECKING:
    import scipy.optimize as scipy_optimize
else:
    scipy_optimize = lazy("scipy.optimize")

_HALF = 1.92  # half of the 95 % point of chi squared with one degree of freedom
_UNEVEN = 1.5  # dispersion of showings per item, 1 if they are shown evenly
_EXPECTED = 5.0  # showings from which an item has a say in that
_DRAWN = 0.02  # share of the impressions that must have been left to chance
_AGAIN = 0.2  # share of the items that must be shown twice
_AHEAD = 5.0  # mean gaps between showings over which the rate of requests is taken


@dataclass(frozen=True)
class Showings:
    """When each item was shown.

    Attributes:
        first: ``(items,)`` number of the first request that showed it.
        last: number of the last.
        count: how many requests showed it.
        at: ``(requests,)`` instants, seconds.
        end: of the log, seconds.
    """

    first: Ints
    last: Ints
    count: Floats
    at: Floats
    end: float

    def reversed(self) -> Showings:
        """Return the same with time running backwards.

        Then births are deaths.
        """
        last = len(self.at) - 1
        return Showings(last - self.last, last - self.first, self.count, -self.at[::-1], -float(self.at[0]))


@dataclass(frozen=True)
class Deaths:
    """The rate at which items go.

    Attributes:
        rate: a second.
        low: lower end of its 95 % profile interval; 0: no item is known to go.
        high: upper end.
        shown: probability that a request shows an item that is alive.
        error: standard error of that.
    """

    rate: float
    low: float
    high: float
    shown: float
    error: float


def showings(log: Log) -> Showings:
    """Return when each item was shown."""
    cells = np.unique(log.item * log.requests + log.request)
    item, request = cells // log.requests, cells % log.requests
    start = np.flatnonzero(np.diff(item, prepend=-1))
    stop = np.append(start[1:], len(item))
    return Showings(request[start], request[stop - 1], (stop - start).astype(float), log.visit_at, log.end)


class _Likelihood:
    """Minus the log likelihood of showings.

    Args:
        seen: the showings.
    """

    def __init__(self, seen: Showings) -> None:
        tries = (seen.last - seen.first).astype(float)
        self._again = float((seen.count - 1.0).sum())
        self._missed = float(tries.sum()) - self._again
        self.start = _log_odds(np.clip(self._again / max(tries.sum(), 1.0), 1e-9, 1.0 - 1e-9))
        ahead = np.minimum(seen.last + int(np.ceil(_AHEAD * (1.0 + np.exp(-self.start)))), len(seen.at) - 1)
        last_at = seen.at[seen.last]
        until = np.where(ahead == len(seen.at) - 1, seen.end, seen.at[ahead])
        self._pace = (ahead - seen.last) / np.maximum(until - last_at, 1e-9)  # requests a second from then on
        self._life, self._rest = float((last_at - seen.at[seen.first]).sum()), seen.end - last_at

    def cost(self, death: float, logit: float) -> float:
        """Return it at a rate of deaths and log odds."""
        shown, not_shown = -np.logaddexp(0.0, -logit), -np.logaddexp(0.0, logit)
        hidden = -not_shown * self._pace
        both = death + hidden
        silent = (death + hidden * np.exp(-np.minimum(both * self._rest, 700.0))) / both
        return float(death * self._life - self._again * shown - self._missed * not_shown - np.log(silent).sum())

    def best(self, death: float) -> tuple[float, float]:
        """Return the least cost at a rate, and where."""
        found = scipy_optimize.minimize_scalar(
            lambda logit: self.cost(death, logit), bounds=(self.start - 3.0, self.start + 3.0), method="bounded"
        )
        return float(found.fun), float(found.x)

    def profile(self, log_death: float) -> float:
        """Return the least cost at the logarithm of a rate."""
        return self.best(float(np.exp(log_death)))[0]


def fit_deaths(seen: Showings) -> Deaths:
    """Fit the rate of deaths and the probability of showing."""
    likelihood, items, span = _Likelihood(seen), len(seen.count), float(seen.at[-1] - seen.at[0])
    grid = np.linspace(np.log(1e-3 / (items * span)), np.log(1e4 / span), 50)
    costs = np.array([likelihood.profile(x) for x in grid])
    near = int(costs.argmin())
    around = grid[max(near - 1, 0)], grid[min(near + 1, len(grid) - 1)]
    top = scipy_optimize.minimize_scalar(likelihood.profile, bounds=around, method="bounded")
    x, above = float(top.x), float(top.fun) + _HALF
    low, high = (_crossing(lambda z: likelihood.profile(z) - above, x, end) for end in (grid[0], grid[-1]))
    rate, step = float(np.exp(x)), 1e-3
    logit = likelihood.best(rate)[1]
    bend = sum(f * likelihood.cost(rate, logit + d) for f, d in ((1, step), (-2, 0.0), (1, -step))) / step**2
    q = float(1.0 / (1.0 + np.exp(-logit)))
    return Deaths(rate, low, high, q, q * (1.0 - q) / float(np.sqrt(max(bend, 1e-12))))


def _crossing(lost: Callable[[float], float], top: float, end: float) -> float:
    """Return the rate where a loss turns positive."""
    if lost(end) < 0:
        return 0.0 if end < top else float(np.exp(end))
    return float(np.exp(scipy_optimize.brentq(lost, top, end, xtol=1e-4)))


def _log_odds(share: float) -> float:
    return float(np.log(share) - np.log1p(-share))


def catalogue_part(log: Log) -> Part:
    """Return the number of items and their mean life."""
    drawn = log.take(log.drawn) if log.drawn.mean() >= _DRAWN else None
    count = None if drawn is None else _by_propensities(drawn)
    seen = showings(log if drawn is None else drawn)
    if (seen.last > seen.first).mean() < _AGAIN:
        why = "hardly an item is shown in two requests: the catalogue is larger than the log, or made anew each time."
        return _count_only(count, seen, "items.lifetime, turnover, redrawn", why)
    if drawn is None or not drawn.uniform:
        why = (
            "only uniformly random slates go on showing every item as long as it is there; one that is no longer shown"
            f" may still be. Your catalogue knows when items come and go.{_if_even(seen)}"
        )
        return _count_only(count, seen, "items.lifetime, turnover", why)
    return Part(() if count is None else (count,)) + _lives(fit_deaths(seen), fit_deaths(seen.reversed()))


def _lives(deaths: Deaths, births: Deaths) -> Part:
    """Return the mean life of items."""
    if deaths.low == 0.0:
        shortest = length(1.0 / deaths.high, 0.1 / deaths.high)
        why = f"no item is known to go; the mean life is {shortest} or longer (95 %)."
        return Part(unknown=(Unknown("items.lifetime, turnover", why),))
    mean, least, most = (1.0 / x for x in (deaths.rate, deaths.high, deaths.low))
    life = Estimate("items.lifetime", mean, least, most, length, "mean life")
    why = "whether items go one by one, as here, or at fixed instants is not told apart."
    part = Part((life,), (Unknown("items.turnover", why),))
    if births.low > deaths.high or births.high < deaths.low:
        a_day = [f"{one.rate * DAY:.2g}" for one in (births, deaths)]
        grows = f"items come at {a_day[0]} and go at {a_day[1]} per item and day; a scenario keeps their number."
        part += Part(unknown=(Unknown("items.count", grows),))
    return part


def _by_propensities(drawn: Log) -> Estimate:
    """Return the number of items that could have been shown.

    It is the mean of one over the propensity, where every item could.
    """
    if drawn.uniform:
        return Estimate("items.count", 1.0 / drawn.propensity[0], None, None, whole, "by the propensities")
    weight = 1.0 / drawn.propensity
    mean = float(weight.mean())
    wide = WIDE * float(np.sqrt(clustered((weight - mean) / len(weight), drawn.user)))
    return Estimate("items.count", mean, max(mean - wide, 1.0), mean + wide, whole, "by the propensities")


def _if_even(seen: Showings) -> str:
    """Return what showings would say if they were even."""
    deaths = fit_deaths(seen)
    if _dispersion(seen, deaths) > _UNEVEN or deaths.low == 0.0:
        return ""
    low, mean, high = (length(1.0 / x, 0.1 / x) for x in (deaths.high, deaths.rate, deaths.low))
    return f" If all were shown evenly to their end, the mean life is {mean} ({low} to {high})."


def _count_only(count: Estimate | None, seen: Showings, key: str, why: str) -> Part:
    """Return the number of items where lives are not known."""
    if count is not None:
        return Part((count,), (Unknown(key, why),))
    changes = np.concatenate([np.ones(len(seen.first)), -np.ones(len(seen.last))])
    order = np.lexsort((-changes, np.concatenate([seen.first, seen.last])))
    most = int(np.cumsum(changes[order]).max())
    least = Estimate("items.count", most, None, None, whole, "at least: shown before and after one instant")
    unknown = Unknown("items.count", f"at least {most:,}: so many were shown both before and after one instant.")
    return Part((least,), (unknown, Unknown(key, why)))


def _dispersion(seen: Showings, deaths: Deaths) -> float:
    """Return the dispersion of showings per item.

    It is 1 if every item is shown as often but for chance.
    """
    tries = (seen.last - seen.first).astype(float)
    some = tries * deaths.shown >= _EXPECTED
    if some.sum() < 2:
        return 1.0
    expected = (tries * deaths.shown)[some]
    return float(((seen.count[some] - 1.0 - expected) ** 2 / (expected * (1.0 - deaths.shown))).mean())
