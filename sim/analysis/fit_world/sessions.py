"""Visits in sessions.

After a visit the user stays with a probability and comes again after a gap of one law, or begins a new session, after
an exponential time on the clock of the daily cycle. Given a user's first visit each further one adds the density of its
gap to the likelihood, and the time after the last one the chance that nothing came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.fit.families import FAMILIES, SCALE, Family
from sim.analysis.fit.write import duration, plain
from sim.analysis.fit_world.cycle import Cycle
from sim.analysis.fit_world.found import WIDE, Estimate, Floats, Ints, Part, cell_sums, number, rate
from sim.analysis.fit_world.log import Log
from sim.lazy import lazy

if TYPE_CHECKING:
    import scipy.optimize as scipy_optimize
    import scipy.special as scipy_special
else:
    scipy_optimize, scipy_special = lazy("scipy.optimize"), lazy("scipy.special")

_LAWS = tuple(family for family in FAMILIES if family.name in ("lognormal", "weibull", "gamma"))
_STEP = 1e-3
_TINY = 1e-6  # seconds


@dataclass(frozen=True)
class Gaps:
    """The times after visits.

    Attributes:
        gap: ``(n,)`` to the user's next visit, or to the end of the log.
        clock: ``(n,)`` the same on the clock of the daily cycle, seconds of mean rate.
        pace: ``(n,)`` how fast that clock runs at the end of the gap.
        ended: ``(n,)`` whether a visit ended it.
        user: ``(n,)``.
    """

    gap: Floats
    clock: Floats
    pace: Floats
    ended: Floats
    user: Ints


@dataclass(frozen=True)
class Sessions:
    """Fitted sessions.

    Attributes:
        family: law of the gaps within a session.
        x: log odds of staying, logarithms of the rate of sessions and of the law's two parameters.
        covariance: of `x`, with users as clusters.
    """

    family: Family
    x: Floats
    covariance: Floats

    def ends(self, n: int) -> tuple[float, float, float]:
        """Return an entry of `x` with its 95 % interval."""
        wide = WIDE * float(np.sqrt(self.covariance[n, n]))
        return float(self.x[n]), float(self.x[n]) - wide, float(self.x[n]) + wide


def gaps_of(log: Log, cycle: Cycle | None) -> Gaps:
    """Return the times after all visits."""
    order = np.lexsort((log.visit_at, log.visitor))
    at, user = log.visit_at[order], log.visitor[order]
    ended = np.append(user[1:] == user[:-1], False)
    until = np.where(ended, np.append(at[1:], log.end), log.end)
    clock, pace = until - at, np.ones(len(at))
    if cycle is not None:
        clock, pace = cycle.reading(until) - cycle.reading(at), cycle.pace(until)
    return Gaps(np.maximum(until - at, _TINY), np.maximum(clock, 0.0), pace, ended.astype(float), user)


def fit_sessions(gaps: Gaps) -> Sessions | None:
    """Return the likeliest sessions; None if there are none."""
    short = float(np.median(gaps.gap[gaps.ended > 0])) if gaps.ended.any() else 1.0
    found = min((_best(gaps, family, short) for family in _LAWS), key=lambda one: one[0])
    cost, family, x = found
    if not np.isfinite(cost) or abs(x[0]) > 9.0:  # nobody, or everybody, stays
        return None
    steps = np.eye(len(x)) * _STEP
    scores = np.stack([(_logs(gaps, family, x + s) - _logs(gaps, family, x - s)) / (2 * _STEP) for s in steps], 1)
    bend = np.array([[_mixed(gaps, family, x, a, b) for a in steps] for b in steps])
    by_user = np.stack([cell_sums(column, gaps.user) for column in scores.T], 1)
    try:
        inverse = np.linalg.inv(bend)
    except np.linalg.LinAlgError:
        return None
    covariance = inverse @ (by_user.T @ by_user) @ inverse
    return Sessions(family, x, covariance) if (np.diag(covariance) > 0).all() else None


def _best(gaps: Gaps, family: Family, short: float) -> tuple[float, Family, Floats]:
    """Return the least cost of a family, and where."""
    long = max(float(gaps.gap.sum() / max((gaps.gap > 20.0 * short).sum(), 1)), short)
    starts = [np.array([1.0, -np.log(long), np.log(short * f), np.log(s)]) for f in (0.3, 1.0) for s in (0.7, 1.5)]
    shapes = tuple(np.log(family.bounds))
    bounds = [(-10.0, 9.2), (-30.0, 5.0), (-14.0, 20.0), shapes]
    n = len(gaps.gap)
    ends = [
        scipy_optimize.minimize(lambda x: -_logs(gaps, family, x).sum() / n, start, method="L-BFGS-B", bounds=bounds)
        for start in starts
    ]
    best = min(ends, key=lambda one: one.fun)
    return float(best.fun), family, np.asarray(best.x)


def _logs(gaps: Gaps, family: Family, x: Floats) -> Floats:
    """Return the log likelihood of each gap."""
    stay, leave = -np.logaddexp(0.0, -x[0]), -np.logaddexp(0.0, x[0])
    p, sessions = np.exp(x[2:]), np.exp(x[1])
    came = gaps.ended > 0
    with np.errstate(all="ignore"):
        within = stay + np.where(came, family.density(gaps.gap, p), family.after(gaps.gap, p))
        anew = leave - sessions * gaps.clock + np.where(came, x[1] + np.log(gaps.pace), 0.0)
    return np.asarray(np.logaddexp(np.nan_to_num(within, nan=-1e6, neginf=-1e6), anew))


def _mixed(gaps: Gaps, family: Family, x: Floats, a: Floats, b: Floats) -> float:
    """Return minus a second derivative of the log likelihood."""
    value = sum(
        sign * float(_logs(gaps, family, x + step).sum())
        for sign, step in ((1, a + b), (-1, a - b), (-1, b - a), (1, -a - b))
    )
    return -value / (4.0 * _STEP**2)


def sessions_part(log: Log, cycle: Cycle | None) -> Part | None:
    """Return sessions and their rate; None for none."""
    found = fit_sessions(gaps_of(log, cycle))
    if found is None:
        return None
    per_second = (float(np.exp(value)) for value in found.ends(1))
    stay = (float(scipy_special.expit(value)) for value in found.ends(0))
    return Part(
        (
            _estimate("users.visits.rate", per_second, rate, "sessions of each user"),
            _estimate("users.visits.session.stay", stay, number, "chance of another visit"),
            _gap(found),
        )
    )


def _estimate(key: str, ends: Iterable[float], say: Callable[[float, float], str], note: str) -> Estimate:
    value, low, high = ends
    return Estimate(key, value, low, high, say, note)


def _gap(found: Sessions) -> Estimate:
    """Return the law of gaps in a session."""
    texts = []
    for n, (name, kind) in enumerate(found.family.numbers, 2):
        value, low, high = (float(np.exp(end)) for end in found.ends(n))
        write, error = duration if kind == SCALE else plain, (high - low) / (2.0 * WIDE)
        texts.append([f"{name}={write(end, error)}" for end in (value, low, high)])
    law, low_law, high_law = (f"{found.family.name}({texts[0][end]}, {texts[1][0]})" for end in range(3))
    note = "; ".join(f"{text[1].replace('=', ' ')} to {text[2].partition('=')[2]}" for text in texts)
    return Estimate("users.visits.session.gap", law, low_law, high_law, lambda text, _: str(text), note)
