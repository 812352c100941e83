"""Daily peak, swing and days of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.fit.write import plain
from sim.analysis.fit_world.cycle import FEW, HIGHEST, Cycle, fit_cycle
from sim.analysis.fit_world.found import DAY, WIDE, Estimate, Floats, Ints, Part, Unknown, clock, number
from sim.analysis.fit_world.log import Log
from sim.lazy import lazy

if TYPE_CHECKING:
    import scipy.stats as scipy_stats
else:
    scipy_stats = lazy("scipy.stats")

WEEKLY = "users.visits.weekly"
_HOURS = "users.visits.daily_peak, daily_swing"
_LEAST_DAYS, _LEAST_FORTNIGHT = 1.9, 13.5  # from first request to end: a log of two days or weeks has little less
_FEWEST = 10  # requests on each day of the week
_SURE = 0.99  # probability of no remark about days that do not differ
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def seasonality_part(log: Log) -> tuple[Part, Cycle | None]:
    """Return what is found, and the cycle; None: too short."""
    data = log.visit_at, log.visitor, float(log.at[0]), log.end
    lacking = _too_little(log)
    if log.days < _LEAST_DAYS:
        why = _short(log, _LEAST_DAYS, "a daily cycle")
        return Part(unknown=(Unknown(_HOURS, why), Unknown(WEEKLY, lacking))), None
    cycle = fit_cycle(*data, by_day=not lacking)
    wave = _narrow(log.visit_at) if cycle.is_highest else None
    if wave is not None:
        cycle = fit_cycle(*data, wave, by_day=not lacking)
    if not lacking and not cycle.has_days:
        lacking = _alike(cycle)
        cycle = fit_cycle(*data, wave)
    hours = _hours(cycle) if wave is None else _highest(cycle)
    if not hours.estimates:
        cycle = fit_cycle(*data, np.zeros(2), by_day=not lacking)
    odd = _odd_days(log, cycle)
    days = Part(unknown=(Unknown(WEEKLY, lacking),)) if lacking else _days(cycle, log.dated, bool(odd))
    return hours + days + Part(notes=odd), cycle


def _too_little(log: Log) -> str:
    """Return why days cannot be fitted, if so."""
    if log.days < _LEAST_FORTNIGHT:
        return _short(log, _LEAST_FORTNIGHT, "days of the week")
    count = np.bincount((log.visit_at // DAY).astype(int) % 7, minlength=7)
    if (least := int(count.min())) < _FEWEST:
        day = int(count.argmin())
        where = _DAYS[day] if log.dated else f"day {day} of the week"
        return f"{where} has {least} requests; at least {_FEWEST} are needed on each day of the week."
    return ""


def _short(log: Log, least: float, what: str) -> str:
    """Return why a log is too short."""
    there = f"the log has {int(100 * log.days) / 100:g} days from its first request to its end"
    return f"{there}; {least:g} days or more tell {what} from other changes."


def _alike(cycle: Cycle) -> str:
    low, high = cycle.days()
    return (
        "no weekly pattern is seen, and none is in the scenario; of single days a factor below"
        f" {low.min():.2g} or above {high.max():.2g} is ruled out (95 %)."
    )


def _odd_days(log: Log, cycle: Cycle) -> tuple[str, ...]:
    """Return a remark if days differ otherwise, too.

    Requests of each whole day are compared with those expected, by chi squared over the dispersion.
    """
    first, last = int(np.ceil(log.at[0] / DAY)), int(log.end // DAY)
    if log.days < _LEAST_FORTNIGHT or log.users <= FEW:
        return ()
    expected = cycle.b[0] * np.diff(cycle.reading(DAY * np.arange(first, last + 1, dtype=np.float64)))
    at = (log.visit_at // DAY).astype(int) - first
    some = (at >= 0) & (at < len(expected))
    count = np.bincount(at[some], minlength=len(expected)).astype(float)
    dispersion = _dispersion(log.visitor[some], at[some], count, log.users)
    chi2 = float(((count - expected) ** 2 / expected).sum() / max(dispersion, 1e-3))
    if chi2 < scipy_stats.chi2.ppf(_SURE, len(expected) - len(cycle.factors)):
        return ()
    most = int(np.abs(np.log(np.maximum(count, 0.5) / expected)).argmax())
    week, day = divmod(first + most, 7)
    which = f"{_DAYS[day]} of week {week + 1}" if log.dated else f"day {first + most}"
    return (
        f"Days differ more than weekdays and chance have it: holidays, growth? Most does {which}, with"
        f" {count[most] / expected[most]:.2g} of the requests expected. Intervals of visits are those of these days.",
    )


def _dispersion(user: Ints, day: Ints, count: Floats, users: int) -> float:
    """Return the variance of days over that of Poisson counts.

    It is within users: each one's days are compared with the share of all requests that they have, so users who come
    at different rates do not add to it. Only cells with requests are held; the sums over the others are closed.

    Args:
        user: of each request.
        day: of each request, from 0.
        count: ``(days,)`` requests.
        users: how many there are.
    """
    days, total = len(count), count.sum()
    each = np.bincount(user, minlength=users).astype(float)
    cells, own = np.unique(user * days + day, return_counts=True)
    fit = each[cells // days] * count[cells % days] / total
    squares = (own * (own - 2.0 * fit)).sum() + (each**2).sum() * (count**2).sum() / total**2
    return float(squares / total * users / (users - 1) * days / (days - 1))


def _hours(cycle: Cycle) -> Part:
    if not cycle.has_hours:
        most = f"a swing above {cycle.most:.2g} is ruled out (95 %)."
        return Part(unknown=(Unknown(_HOURS, f"no daily cycle is seen, and none is in the scenario; {most}"),))
    swing, peak, (error, wide) = cycle.swing, cycle.peak, WIDE * np.array(cycle.hours())
    ends = max(swing - error, 0.0), min(swing + error, HIGHEST)
    return _cycle((peak, peak - wide, peak + wide), (swing, *ends))


def _narrow(at: Floats) -> Floats:
    """Return the highest swing around the mean time of day."""
    angle = 2.0 * np.pi * at / DAY
    wave = np.array([np.cos(angle).sum(), np.sin(angle).sum()])
    return np.asarray(HIGHEST * wave / np.hypot(*wave))


def _highest(cycle: Cycle) -> Part:
    note = "the highest that is tried: it is that or more, or visits are closer together in the day"
    return _cycle((cycle.peak, None, None), (HIGHEST, None, None), note)


def _cycle(peak: tuple[Any, Any, Any], swing: tuple[Any, Any, Any], note: str = "") -> Part:
    keys = "users.visits.daily_peak", "users.visits.daily_swing"
    return Part((Estimate(keys[0], *peak, clock), Estimate(keys[1], *swing, number, note)))


def _days(cycle: Cycle, dated: bool, odd: bool) -> Part:
    note = "Monday to Sunday" if dated else "from day 0 on, which begins at request_at = 0"
    note += "; other days differ, too (above): this may be one of them, not a week" if odd else ""
    return Part((Estimate(WEEKLY, cycle.factors, *cycle.days(), _written, note),))


def _written(factors: Floats, error: float) -> str:
    return f"[{', '.join(plain(float(factor), error) for factor in factors)}]"
