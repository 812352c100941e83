"""Scales: where a value lies along an axis, and which values are written beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.lab.report.units import digits, span

Floats = NDArray[np.float64]
_SPANS = (1.0, 10.0, 60.0, 600.0, 3600.0, 6 * 3600.0, 86400.0, 7 * 86400.0, 30 * 86400.0, 365 * 86400.0)
_UNITS = ((86400.0, "days"), (3600.0, "hours"), (60.0, "minutes"), (1.0, "seconds"))


@dataclass(frozen=True)
class Linear:
    """Equal steps.

    Attributes:
        low: the value at the start.
        high: the value at the end.
    """

    low: float
    high: float

    def place(self, values: Floats) -> Floats:
        """Return where values lie, 0 at the start and 1 at the end."""
        return (values - self.low) / ((self.high - self.low) or 1.0)

    def ticks(self) -> list[tuple[float, str]]:
        """Return about five round values with their text."""
        return [(value, digits(value)) for value in round_values(self.low, self.high)]


@dataclass(frozen=True)
class Spans:
    """Durations in seconds: linear up to a threshold, in decades above it.

    Attributes:
        high: the longest.
        threshold: up to where it is linear.
    """

    high: float
    threshold: float = 60.0

    def place(self, values: Floats) -> Floats:
        """Return where durations lie, 0 at the start and 1 at the end."""
        return self._bent(values) / float(self._bent(np.array([self.high]))[0] or 1.0)

    def ticks(self) -> list[tuple[float, str]]:
        """Return durations that people know, with their text."""
        if self.high <= self.threshold:
            return [(value, span(value)) for value in round_values(0.0, self.high)]
        return [(0.0, "0"), *((v, span(v)) for v in _SPANS if self.threshold <= v <= self.high)]

    def _bent(self, values: Floats) -> Floats:
        scaled = np.maximum(values, 0.0) / self.threshold
        return np.where(scaled <= 1.0, scaled, 1.0 + np.log10(np.maximum(scaled, 1.0)))


def round_values(low: float, high: float, count: int = 5) -> list[float]:
    """Return about ``count`` round values within a range.

    >>> round_values(0.0, 1.0)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    raw = (high - low) / count
    if not raw > 0:
        return [low]
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(s * power for s in (1.0, 2.0, 2.5, 5.0, 10.0) if s * power >= raw * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [float(f"{n * step:.12g}") for n in range(first, last + 1)]


def unit_of(longest: float) -> tuple[float, str]:
    """Return the unit that suits times up to ``longest`` seconds, in seconds, and its name.

    >>> unit_of(3 * 86400.0), unit_of(7200.0)
    ((86400.0, 'days'), (3600.0, 'hours'))
    """
    return next((one for one in _UNITS if longest >= 1.5 * one[0]), _UNITS[-1])


def padded(values: Floats, from_zero: bool = False) -> Linear:
    """Return a linear scale with some room around values; unknown ones are ignored."""
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    room = 0.06 * (high - low) or 0.1 * abs(high) or 1.0
    return Linear(0.0 if from_zero and low >= 0 else low - room, high + room)
