"""How often items are clicked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.fit.sentences import percent
from sim.analysis.fit.write import plain
from sim.analysis.fit_world.delays import Delay
from sim.analysis.fit_world.found import WIDE, Estimate, Floats, Ints, Part, Unknown, clustered, number
from sim.analysis.fit_world.log import Log
from sim.analysis.fit_world.popularity import Spread, fit_spread
from sim.analysis.fit_world.tastes import popularity_of, rate_of
from sim.lazy import lazy

if TYPE_CHECKING:
    import scipy.stats as scipy_stats
else:
    scipy_stats = lazy("scipy.stats")

KEY = "items.click_rate"
MOST = 0.9  # share of the clicks that must have come before an impression has a say
_HIGHEST = 0.999  # rate: a scenario's are below 1
_FEWEST, _FEWEST_DRAWN = 10, 30  # clicks, of all and of requests left to chance


@dataclass(frozen=True)
class Mean:
    """A mean click rate.

    Attributes:
        value: the rate.
        low: lower end of its 95 % interval.
        high: upper end.
    """

    value: float
    low: float
    high: float


def fit_mean(clicked: Floats, come: Floats, weight: Floats, *labels: Ints) -> Mean:
    """Return the weighted mean click rate with clusters.

    Clicks that have not come yet are made up for: the mean is that of clicks over that of the shares that have come.

    Args:
        clicked: ``(n,)`` 0 or 1.
        come: ``(n,)`` the share of the clicks that has come by the end of the log.
        weight: ``(n,)``.
        labels: of one or two kinds of clusters, ``(n,)`` each.
    """
    total = float((weight * come).sum())
    value = float((weight * clicked).sum() / total)
    scores = weight * (clicked - value * come) / total
    few = min(len(np.unique(label)) for label in labels)
    wide = float(scipy_stats.t.ppf(0.975, few - 1)) if few > 1 else WIDE
    error = float(np.sqrt(clustered(scores, *labels))) if few > 1 else float(np.sqrt((scores**2).sum()))
    spread = np.exp(wide * error / value) if value > 0 else 1.0
    return Mean(*(min(one, _HIGHEST) for one in (value, value / spread, value * spread)))


def clicks_part(log: Log, delay: Delay, choice: Estimate | None, tastes: float = 0.0) -> Part:
    """Return click rate and popularity of the items.

    Args:
        log: the log.
        delay: of its clicks.
        choice: the examinations of the positions, if they are known.
        tastes: spread of the users' tastes in the scenario that gives the same clicks.
    """
    come = delay.come(log.watched)
    if not (known := come >= MOST).mean() > 0.5:
        share, seen = percent(float(known.mean())), percent(float(log.clicked.mean()))
        why = (
            f"{seen} of the impressions were clicked by the end of the log, but by the law of delays only {share} are"
            " old enough for nine clicks in ten to have come."
        )
        return Part(unknown=(Unknown(KEY, why),))
    rows, come = log.take(known), come[known]
    if (clicks := int(rows.clicked.sum())) < _FEWEST:
        return Part(unknown=(Unknown(KEY, f"at least {_FEWEST} clicks are needed; there are {clicks}."),))
    overall = fit_mean(rows.clicked.astype(float), come, np.ones(len(come)), rows.user)
    drawn = rows.drawn
    if rows.clicked[drawn].sum() < _FEWEST_DRAWN or (rows.size > 1 and choice is None):
        return _as_shown(overall, log, tastes)
    examined = np.ones(1) if choice is None else np.asarray(choice.value)
    more = f"; of all impressions {_told(overall)}, {_policy(log)}"
    return _of_items(rows.take(drawn), come[drawn], examined, more, tastes)


def _as_shown(overall: Mean, log: Log, tastes: float) -> Part:
    """Return the click rate of what was shown."""
    value, low, high = (_rate(one, 0.0, tastes) for one in (overall.value, overall.low, overall.high))
    found = Estimate(KEY, value, low, high, number, f"of what was shown, {_policy(log)}")
    why = "above is that of what was shown and where; items and positions that nobody chose have another."
    popular = "how items differ is not told apart from whom they were shown to, and where."
    return Part((found,), (Unknown(KEY, why), Unknown("items.popularity", popular)))


def _of_items(rows: Log, come: Floats, examined: Floats, more: str, tastes: float) -> Part:
    """Return what items left to chance say.

    Each is weighted to what a uniformly random policy shows at the most examined position.
    """
    spread, reference = _spread(rows, come, examined), int(examined.argmax())
    some = rows.place == reference
    clicked, weight = rows.clicked[some].astype(float), 1.0 / rows.propensity[some]
    mean = fit_mean(clicked, come[some], weight, rows.user[some], rows.item[some])
    known = spread is not None and spread.low > 0.0
    if spread is not None and tastes:
        spread = Spread(*(popularity_of(mean.value, one, tastes) for one in (spread.value, spread.low, spread.high)))
    sure = spread if known else None
    value = _rate(mean.value, 0.0 if sure is None else sure.value, tastes)
    low, high = (_end(mean.value, end, sure, value, tastes) for end in (mean.low, mean.high))
    note = f"of an item at position {reference}{more}"
    return Part((Estimate(KEY, value, low, high, number, note),)) + _popularity(spread, known)


def _rate(mean: float, popularity: float, tastes: float) -> float:
    """Return a rate that a scenario takes."""
    return min(rate_of(mean, popularity, tastes), _HIGHEST)


def _end(mean: float, end: float, spread: Spread | None, value: float, tastes: float) -> float:
    """Return an end of the interval of the rate.

    The errors of the mean and of the spread add up as independent ones, on the scale of logarithms.
    """
    if spread is None:
        return _rate(end, 0.0, tastes)
    far = spread.low if end > mean else spread.high
    parts = [np.log(rate_of(end, spread.value, tastes) / value), np.log(rate_of(mean, far, tastes) / value)]
    return min(value * float(np.exp(np.sign(parts[0]) * np.hypot(*parts))), _HIGHEST)


def _spread(rows: Log, come: Floats, examined: Floats) -> Spread | None:
    """Return the spread of the items, if there are several."""
    items, size = int(rows.item.max()) + 1, len(examined)
    if items < 5:
        return None
    cells = rows.item * size + rows.place
    shown = np.bincount(cells, minlength=items * size).reshape(items, size).astype(float)
    clicks = np.bincount(cells, rows.clicked, items * size).reshape(items, size).astype(float)
    return fit_spread(clicks, shown, examined * float(come.mean()))


def _popularity(spread: Spread | None, known: bool) -> Part:
    if spread is None:
        return Part(unknown=(Unknown("items.popularity", "fewer than 5 items do not say how items differ."),))
    if known and spread.value == 0.0:
        why = f"tastes alone make items differ as much; a popularity up to {spread.high:.2g} fits as well."
        return Part(unknown=(Unknown("items.popularity", why),))
    if not known:
        why = f"items may all be alike; a popularity up to {spread.high:.2g} fits as well."
        return Part(unknown=(Unknown("items.popularity", why),))
    return Part((Estimate("items.popularity", spread.value, spread.low, spread.high, number),))


def _told(mean: Mean) -> str:
    error = (mean.high - mean.low) / (2.0 * WIDE)
    return f"{plain(mean.value, error)} ({plain(mean.low, error)} to {plain(mean.high, error)})"


def _policy(log: Log) -> str:
    """Return which policy the log is of, in words."""
    if log.uniform:
        return f"logged under uniformly random slates, one in {1.0 / log.propensity[0]:.0f}"
    known = log.propensity[log.propensity > 0.0]
    if not len(known):
        return "logged under an unknown policy"
    drawn = f"{percent(float(log.drawn.mean()))} of the requests" if log.drawn.any() else "nothing"
    return f"logged under a policy that left {drawn} to chance"
