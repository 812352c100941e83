"""The base clock of visits.

Time, as long as the visit rate makes it.

It runs faster where visits are frequent: by the hour of the day, by the day of the week, and in incidents of traffic.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.scenario import Scenario
from sim.scenario.incidents import Traffic, of_kind

DAY = 86400.0
WEEK = 7.0 * DAY
_OMEGA = 2.0 * np.pi / DAY
_NEWTON_STEPS = 2
_STEEP = 0.9999  # swing from which Newton's steps may jump back at the trough
Floats = NDArray[np.float64]


class DailyCycle:
    """Inverse of the integrated rate ``g(t) = t + (s/w) (sin(w (t - peak)) + sin(w peak))``, seconds.

    Args:
        peak: second of the day with the highest rate.
        swing: s, relative height of the peak, 0 <= s < 1.
    """

    def __init__(self, peak: float, swing: float) -> None:
        self._peak, self._swing = peak, swing
        grid = np.linspace(0.0, DAY, 1 << 14)
        self._table_t, self._table_g = grid, self.integrated(grid)

    def integrated(self, at: Floats) -> Floats:
        """Return g at instants, seconds."""
        wave = np.sin(_OMEGA * (at - self._peak)) + np.sin(_OMEGA * self._peak)
        return np.asarray(at + (self._swing / _OMEGA) * wave)

    def reading(self, at: Floats) -> Floats:
        """Return g at instants, from the time of day."""
        if self._swing == 0.0:
            return at
        days = np.floor(at / DAY)
        return np.asarray(days * DAY + self.integrated(at - days * DAY))

    def inverse(self, g: Floats) -> Floats:
        """Return the instants ``(n,)`` where g reaches given values."""
        if self._swing == 0.0:
            return g
        days = np.floor(g / DAY)
        rest = g - days * DAY
        t = np.interp(rest, self._table_g, self._table_t)
        for _ in range(_NEWTON_STEPS):
            slope = 1.0 + self._swing * np.cos(_OMEGA * (t - self._peak))
            t = t - (self.integrated(t) - rest) / slope
        return np.asarray(days * DAY + t)


class WeeklyCycle:
    """Seven factors of the rate, stepwise.

    From the first day on.

    They are divided by their mean, so that a week is as long on this clock as in time.

    Args:
        factors: seven numbers above 0.
    """

    def __init__(self, factors: tuple[float, ...]) -> None:
        mean = sum(factors) / len(factors)
        self._factor = np.array([factor / mean for factor in factors])
        self._midnight = DAY * np.concatenate([[0.0], np.add.accumulate(self._factor)])[:-1]

    def reading(self, at: Floats) -> Floats:
        """Return the clock's readings ``(n,)`` at instants."""
        weeks = np.floor(at / WEEK)
        rest = at - weeks * WEEK
        day = np.minimum(np.floor(rest / DAY), 6.0)
        of_day = day.astype(np.int64)
        since = self._factor.take(of_day) * (rest - day * DAY)
        return np.asarray(weeks * WEEK + (self._midnight.take(of_day) + since))

    def inverse(self, reading: Floats) -> Floats:
        """Return the instants ``(n,)`` of readings."""
        weeks = np.floor(reading / WEEK)
        rest = reading - weeks * WEEK
        day = np.searchsorted(self._midnight[1:], rest, side="right")
        since = (rest - self._midnight.take(day)) / self._factor.take(day)
        return np.asarray(weeks * WEEK + (day * DAY + since))


class Surges:
    """Incidents of traffic.

    While one lasts, the clock runs ``factor`` times as fast.

    The factors of several at once are multiplied.

    Args:
        incidents: the incidents.
        reading: returns the readings of instants on the clock that is sped up.
    """

    def __init__(self, incidents: list[Traffic], reading: Callable[[Floats], Floats]) -> None:
        at = np.unique([(one.at, one.ends) for one in incidents])
        self._pace = np.ones(len(at) + 1)
        for one in incidents:
            self._pace[1:][(one.at <= at) & (at < one.ends)] *= one.factor
        self._from = np.append(0.0, reading(at))
        self._to = np.append(0.0, np.add.accumulate(self._pace[:-1] * np.diff(self._from)))

    def reading(self, at: Floats) -> Floats:
        """Return the readings ``(n,)`` of those of the clock below."""
        part = np.searchsorted(self._from, at, side="right") - 1
        return np.asarray(self._to.take(part) + self._pace.take(part) * (at - self._from.take(part)))

    def inverse(self, reading: Floats) -> Floats:
        """Return the readings ``(n,)`` of the clock below."""
        part = np.searchsorted(self._to, reading, side="right") - 1
        return np.asarray(self._from.take(part) + (reading - self._to.take(part)) / self._pace.take(part))


class VisitClock:
    """The clock on which visits come at a constant rate.

    The daily cycle runs first, the week on top of it: a day is as long on the daily clock as in time. Then come surges.

    Args:
        scenario: the world.

    Attributes:
        steep: whether the rate nearly vanishes within a day, so that inverses are not safe bounds.
    """

    def __init__(self, scenario: Scenario) -> None:
        visits = scenario.users.visits
        self.steep = visits.daily_swing > _STEEP
        self._daily = DailyCycle(visits.daily_peak, visits.daily_swing)
        weekly = visits.weekly
        self._weekly = WeeklyCycle(weekly) if weekly is not None and len(set(weekly)) > 1 else None
        self._surges: Surges | None = None
        if incidents := of_kind(scenario.incidents, Traffic):
            self._surges = Surges(incidents, self.reading)

    def reading(self, at: Floats) -> Floats:
        """Return the clock's readings at instants, seconds."""
        reading = self._daily.reading(at)
        if self._weekly is not None:
            reading = self._weekly.reading(reading)
        return reading if self._surges is None else self._surges.reading(reading)

    def instant(self, reading: Floats) -> Floats:
        """Return the instants of readings, seconds."""
        if self._surges is not None:
            reading = self._surges.inverse(reading)
        if self._weekly is not None:
            reading = self._weekly.inverse(reading)
        return self._daily.inverse(reading)
