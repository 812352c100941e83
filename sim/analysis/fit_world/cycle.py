"""The daily cycle of visits.

All requests together have the rate ``m (1 + s cos(2 pi (t - peak) / day))``, which is ``b . x(t)`` with ``x = (1, cos,
sin)``: its Poisson likelihood is concave in b, and Newton's steps end at its one maximum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.fit_world.found import DAY, WIDE, Estimate, Floats, Ints, Part, Unknown, clock, number
from sim.analysis.fit_world.log import Log

_OMEGA = 2.0 * np.pi / DAY
_LEAST_DAYS = 2.0
_UNSURE = 5.991  # 95 % point of chi squared with two degrees of freedom
_HIGHEST = 0.99  # swing


@dataclass(frozen=True)
class Cycle:
    """The rate of all requests over a day.

    Attributes:
        b: ``(3,)`` requests a second: mean, and of cosine and sine.
        covariance: ``(3, 3)`` of it, with users as clusters.
    """

    b: Floats
    covariance: Floats

    @property
    def swing(self) -> float:
        """The relative height of the peak."""
        return float(np.hypot(self.b[1], self.b[2]) / self.b[0])

    @property
    def chi2(self) -> float:
        """Wald's statistic of no cycle, two degrees of freedom."""
        return float(self.b[1:] @ np.linalg.solve(self.covariance[1:, 1:], self.b[1:]))

    def pace(self, at: Floats) -> Floats:
        """Return the rate at instants, relative to the mean."""
        return np.asarray(_waves(at) @ self.b / self.b[0])

    def reading(self, at: Floats) -> Floats:
        """Return seconds of mean rate from midnight to instants."""
        wave = self.b[1] * np.sin(_OMEGA * at) + self.b[2] * (1.0 - np.cos(_OMEGA * at))
        return np.asarray(at + wave / (_OMEGA * self.b[0]))

    def exposure(self, start: float, end: float) -> float:
        """Return how many seconds of mean rate an interval counts."""
        return float(self.b @ _integrated(start, end) / self.b[0])


def fit_cycle(at: Floats, user: Ints, start: float, end: float) -> Cycle:
    """Return the cycle of largest likelihood.

    Args:
        at: ``(n,)`` instants of requests, seconds since a midnight.
        user: ``(n,)`` who made them; requests of one user may depend on each other.
        start: from when requests were logged.
        end: until when.
    """
    x, total = _waves(at), _integrated(start, end)
    b = np.array([len(at) / (end - start), 0.0, 0.0])
    value = _value(b, x, total)
    for _ in range(50):
        rate = x @ b
        slope, bend = (x / rate[:, None]).sum(0) - total, (x / rate[:, None] ** 2).T @ x
        step = np.linalg.solve(bend, slope)
        if slope @ step < 1e-10:
            break
        while (new := _value(b + step, x, total)) < value and np.abs(step).max() > 1e-12 * b[0]:
            step = 0.5 * step
        b, value = b + step, max(new, value)
    weighted = x / (x @ b)[:, None]
    users = int(user.max()) + 1
    scores = np.stack([np.bincount(user, column, users) for column in weighted.T], 1) - total / users
    meat = scores.T @ scores * users / (users - 1) if users > _FEW else weighted.T @ weighted
    inverse = np.linalg.inv(weighted.T @ weighted)
    return Cycle(b, inverse @ meat @ inverse)


_FEW = 10  # users; with fewer, requests are taken as independent


def cycle_part(log: Log) -> tuple[Part, Cycle | None]:
    """Return peak and swing, and the cycle if any."""
    if log.days < _LEAST_DAYS:
        why = f"the log has {log.days:.2g} days; a cycle is told from other changes by two days at least."
        return Part(unknown=(Unknown("users.visits.daily_peak, daily_swing", why),)), None
    cycle = fit_cycle(log.visit_at, log.visitor, float(log.at[0]), log.end)
    if cycle.chi2 < _UNSURE:
        most = _most(cycle)
        why = f"no daily cycle is seen, and none is in the scenario; a swing above {most:.2g} is ruled out (95 %)."
        return Part(unknown=(Unknown("users.visits.daily_peak, daily_swing", why),)), None
    swing, angle = cycle.swing, np.arctan2(cycle.b[2], cycle.b[1])
    m, cos, sin = cycle.b[0], np.cos(angle), np.sin(angle)
    errors = [np.sqrt(g @ cycle.covariance @ g) for g in _gradients(m, swing, cos, sin)]
    peak, wide = angle / _OMEGA % DAY, WIDE * errors[1] / _OMEGA
    ends = max(swing - WIDE * errors[0], 0.0), min(swing + WIDE * errors[0], _HIGHEST)
    return Part(
        (
            Estimate("users.visits.daily_peak", peak, peak - wide, peak + wide, clock),
            Estimate("users.visits.daily_swing", min(swing, _HIGHEST), *ends, number),
        )
    ), cycle


def _gradients(m: float, swing: float, cos: float, sin: float) -> tuple[Floats, Floats]:
    """Return the gradients of swing and angle."""
    return np.array([-swing, cos, sin]) / m, np.array([0.0, -sin, cos]) / (swing * m)


def _most(cycle: Cycle) -> float:
    """Return the largest swing in the ellipse of 95 %."""
    axes = np.sqrt(np.linalg.eigvalsh(cycle.covariance[1:, 1:]).max() * _UNSURE) / cycle.b[0]
    return float(cycle.swing + axes)


def _waves(at: Floats) -> Floats:
    return np.stack([np.ones(len(at)), np.cos(_OMEGA * at), np.sin(_OMEGA * at)], 1)


def _integrated(start: float, end: float) -> Floats:
    """Return the integrals of 1, cosine and sine."""
    ends = np.array([[t, np.sin(_OMEGA * t) / _OMEGA, -np.cos(_OMEGA * t) / _OMEGA] for t in (start, end)])
    return np.asarray(ends[1] - ends[0])


def _value(b: Floats, x: Floats, total: Floats) -> float:
    """Return the log likelihood.

    It is minus infinity beyond a swing of 1.
    """
    if b[0] <= np.hypot(b[1], b[2]):
        return -np.inf
    return float(np.log(x @ b).sum() - b @ total)
