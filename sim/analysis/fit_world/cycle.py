"""Rate of all requests over day and week.

It is ``f_d m (1 + s cos(2 pi (t - peak) / day))`` with factors f of the seven days, their mean 1: the scenario's own
clock. For given factors it is ``b . x(t)`` with ``x = (1, cos, sin)``, whose Poisson likelihood is concave in b and has
one maximum, where Newton's steps end; for a given b each factor is requests over expected ones. The two take turns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.fit_world.found import DAY, WIDE, Floats, Ints
from sim.lazy import lazy
from sim.world.visit_clock import DailyCycle, WeeklyCycle

if TYPE_CHECKING:
    import scipy.stats as scipy_stats
else:
    scipy_stats = lazy("scipy.stats")

_OMEGA = 2.0 * np.pi / DAY
FEW = 10  # users; with fewer, requests are taken as independent
HIGHEST = 0.999  # swing up to which the likelihood is searched: at 1 a rate would be 0
_TINY = 1e-12  # variance of what all users do alike


@dataclass(frozen=True)
class Cycle:
    """The rate of all requests.

    Attributes:
        factors: ``(7,)`` of the days from day 0 on, mean 1; ``(1,)``: days are alike.
        b: ``(3,)`` requests a second: mean, and of cosine and sine.
        covariance: with users as clusters; of the logarithms of the days' rates, and, where they were fitted, of cosine
            and sine in units of the mean.
        users: how many there are.
    """

    factors: Floats
    b: Floats
    covariance: Floats
    users: int

    @property
    def wave(self) -> Floats:
        """Cosine and sine in units of the mean, ``(2,)``."""
        return np.asarray(self.b[1:] / self.b[0])

    @property
    def swing(self) -> float:
        """The relative height of the peak."""
        return float(np.hypot(*self.wave))

    @property
    def is_highest(self) -> bool:
        """Whether the swing is at the bound of the search."""
        return self.swing > HIGHEST - 1e-6

    @property
    def peak(self) -> float:
        """The second of the day with the highest rate."""
        return float(np.arctan2(self.wave[1], self.wave[0]) / _OMEGA % DAY)

    @property
    def has_hours(self) -> bool:
        """Whether hours differ (Wald's test, 5 %)."""
        return self._differs(self.wave, self.covariance[-2:, -2:])

    @property
    def has_days(self) -> bool:
        """Whether weekdays differ (Wald's test, 5 %)."""
        contrasts = np.hstack([-np.ones((6, 1)), np.eye(6)])
        return self._differs(contrasts @ np.log(self.factors), contrasts @ self.covariance[:7, :7] @ contrasts.T)

    def _differs(self, x: Floats, covariance: Floats) -> bool:
        return bool(x @ np.linalg.solve(covariance + _TINY * np.eye(len(x)), x) > self._bound(len(x)))

    def _bound(self, k: int) -> float:
        """Return the 95 % point of Wald's statistic.

        It is Hotelling's, since the covariance is estimated from as many users as there are.
        """
        if self.users <= FEW:
            return float(scipy_stats.chi2.ppf(0.95, k))
        more = self.users - k
        return float(scipy_stats.f.ppf(0.95, k, more) * k * (self.users - 1) / more)

    def hours(self) -> tuple[float, float]:
        """Return the standard errors of swing and peak.

        The peak's is in seconds.
        """
        cos, sin = self.wave / self.swing
        along, across = np.array([cos, sin]), np.array([-sin, cos]) / (self.swing * _OMEGA)
        covariance = self.covariance[-2:, -2:]
        return float(np.sqrt(along @ covariance @ along)), float(np.sqrt(across @ covariance @ across))

    @property
    def most(self) -> float:
        """The largest swing in the ellipse of 95 %."""
        widest = np.linalg.eigvalsh(self.covariance[-2:, -2:]).max()
        return self.swing + float(np.sqrt(widest * self._bound(2)))

    def days(self) -> tuple[Floats, Floats]:
        """Return both ends of the 95 % intervals of factors.

        They are ``(7,)`` each.
        """
        to_mean = np.eye(7) - self.factors / 7.0
        errors = np.sqrt(np.diag(to_mean @ self.covariance[:7, :7] @ to_mean.T))
        wide = np.exp(WIDE * errors)
        return self.factors / wide, self.factors * wide

    def pace(self, at: Floats) -> Floats:
        """Return the rate at instants, relative to the mean."""
        return np.asarray(self.factors[_days(at, self.factors)] * (_waves(at) @ self.b) / self.b[0])

    def reading(self, at: Floats) -> Floats:
        """Return seconds of mean rate from day 0 to instants."""
        reading = DailyCycle(self.peak, self.swing).reading(at)
        return WeeklyCycle(tuple(self.factors)).reading(reading) if len(self.factors) > 1 else reading

    def exposure(self, start: float, end: float) -> float:
        """Return how many seconds of mean rate an interval counts."""
        return float(np.diff(self.reading(np.array([start, end])))[0])


def fit_cycle(
    at: Floats, user: Ints, start: float, end: float, wave: Floats | None = None, by_day: bool = False
) -> Cycle:
    """Return the cycle of largest likelihood.

    Args:
        at: ``(n,)`` instants of requests, seconds since midnight of day 0.
        user: ``(n,)`` who made them; requests of one user may depend on each other.
        start: from when requests were logged.
        end: until when.
        wave: ``(2,)`` cosine and sine in units of the mean; None: they are fitted.
        by_day: whether the rate depends on the day of the week.
    """
    factors = np.ones(7 if by_day else 1)
    b: Floats = np.append(1.0, np.zeros(2) if wave is None else wave) * (len(at) / (end - start))
    day, x, total = _days(at, factors), _waves(at), _integrated(start, end, factors)
    count = np.bincount(day, minlength=len(factors))
    for _ in range(50):
        b = _fit_hours(b, x, factors @ total) if wave is None else b * (len(at) / float(factors @ total @ b))
        before, rates = factors, count / (total @ b)
        factors = rates / rates.mean()
        if np.abs(factors - before).max() < 1e-10:
            break
    scores = np.eye(len(factors))[day]
    if wave is None:
        scores = np.hstack([scores, x[:, 1:] * (b[0] / (x @ b))[:, None]])
    users = int(user.max()) + 1
    own = np.stack([np.bincount(user, column, users) for column in scores.T], 1) - scores.sum(0) / users
    inverse = np.linalg.pinv(scores.T @ scores, hermitian=True)
    covariance = inverse @ own.T @ own @ inverse * users / (users - 1) if users > FEW else inverse
    return Cycle(factors, b, np.asarray(covariance), users)


def _fit_hours(b: Floats, x: Floats, total: Floats) -> Floats:
    """Return the b of largest likelihood.

    Args:
        b: where to begin.
        x: of the requests.
        total: integral of x over the log, weighted with the days' factors.
    """
    value = _value(b, x, total)
    for _ in range(50):
        rate = x @ b
        slope, bend = (x / rate[:, None]).sum(0) - total, (x / rate[:, None] ** 2).T @ x
        step = np.linalg.solve(bend + 1e-9 * np.diag(np.diag(bend)), slope)  # singular if all come at one hour
        if slope @ step < 1e-10:
            break
        while (new := _value(b + step, x, total)) < value:
            step = 0.5 * step
            if np.abs(step).max() < 1e-12 * b[0]:
                return b
        b, value = b + step, new
    return b


def _days(at: Floats, factors: Floats) -> Ints:
    """Return which factor holds at instants."""
    return (at // DAY).astype(np.int64) % len(factors)


def _waves(at: Floats) -> Floats:
    return np.stack([np.ones(len(at)), np.cos(_OMEGA * at), np.sin(_OMEGA * at)], 1)


def _integrated(start: float, end: float, factors: Floats) -> Floats:
    """Return the integrals of `_waves` while each factor holds."""
    at = np.append(np.maximum(np.arange(start // DAY, np.ceil(end / DAY)) * DAY, start), end)
    parts = np.diff(np.stack([at, np.sin(_OMEGA * at) / _OMEGA, -np.cos(_OMEGA * at) / _OMEGA], 1), axis=0)
    total = np.zeros((len(factors), 3))
    np.add.at(total, _days(at[:-1], factors), parts)
    return total


def _value(b: Floats, x: Floats, total: Floats) -> float:
    """Return the log likelihood.

    It is minus infinity beyond the highest swing.
    """
    if b[0] <= 0.0 or np.hypot(b[1], b[2]) > HIGHEST * b[0]:
        return -np.inf
    return float(np.log(x @ b).sum() - b @ total)
