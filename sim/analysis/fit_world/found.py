"""What a log says of a scenario."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.fit.write import duration, plain

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DAY = 86400.0
WIDE = 1.959964  # standard errors on each side of a 95 % interval


@dataclass(frozen=True)
class Estimate:
    """A key of the scenario with its 95 % interval.

    Attributes:
        key: dotted, such as ``users.visits.rate``.
        value: a number, or numbers ``(k,)``, in seconds where it is of time.
        low: lower end of the interval; None where the value is exact.
        high: upper end.
        say: writes such a value as the scenario does, given how exactly it is known.
        note: remark that stands beside it.
    """

    key: str
    value: Any
    low: Any
    high: Any
    say: Callable[[Any, float], str]
    note: str = ""

    @property
    def error(self) -> float:
        """Half the width of the interval in units of `WIDE`."""
        if self.low is None or isinstance(self.low, str):
            return 0.0
        return float(np.min(np.subtract(self.high, self.low))) / (2.0 * WIDE)

    @property
    def text(self) -> str:
        """The value as the scenario states it."""
        return self.say(self.value, self.error)

    @property
    def ends(self) -> tuple[str, str] | None:
        """Both ends of the interval, as the scenario states them."""
        if self.low is None:
            return None
        return self.say(self.low, self.error), self.say(self.high, self.error)


@dataclass(frozen=True)
class Unknown:
    """Keys that the log does not identify.

    Attributes:
        key: of the scenario, or several with commas.
        why: a sentence.
    """

    key: str
    why: str


@dataclass(frozen=True)
class Part:
    """What is found about a part of the world.

    Attributes:
        estimates: what is identified.
        unknown: what is not.
        notes: remarks, full sentences.
    """

    estimates: tuple[Estimate, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    notes: tuple[str, ...] = ()

    def __add__(self, other: Part) -> Part:
        return Part(self.estimates + other.estimates, self.unknown + other.unknown, self.notes + other.notes)

    def get(self, key: str) -> Estimate | None:
        """Return the estimate of a key, if there is one."""
        return next((one for one in self.estimates if one.key == key), None)


def number(value: float, error: float) -> str:
    """Write a plain number."""
    return plain(value, error)


def whole(value: float, error: float) -> str:
    """Write a whole number."""
    return f"{round(value)}"


def rate(value: float, error: float) -> str:
    """Write a rate, given a second.

    >>> rate(4.0 / 86400.0, 0.1 / 86400.0)
    '4 per day'
    """
    return f"{plain(value * DAY, error * DAY)} per day"


def length(value: float, error: float) -> str:
    """Write a duration."""
    return duration(value, error)


def clock(value: float, error: float) -> str:
    """Write a time of day, given in seconds since midnight.

    >>> clock(72030.0, 60.0), clock(-60.0, 60.0)
    ('20:00', '23:59')
    """
    minutes = int(value / 60.0 // 1) % 1440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def cell_sums(scores: Floats, *labels: Ints) -> Floats:
    """Return the sum of the scores in each cell.

    Args:
        scores: ``(n,)``.
        labels: ``(n,)`` each, whole numbers.
    """
    cells = labels[0]
    for more in labels[1:]:
        cells = cells * (int(more.max()) + 1) + more
    _, inverse = np.unique(cells, return_inverse=True)
    return np.bincount(inverse, weights=scores).astype(float)


def clustered(scores: Floats, *labels: Ints) -> float:
    """Return the variance of a sum of scores with clusters.

    With two labels, rows are related if they share either: the variance of Cameron, Gelbach and Miller 2011
    (https://doi.org/10.1198/jbes.2010.07136), never less than that of either label alone.

    Args:
        scores: ``(n,)`` of mean 0.
        labels: one or two, ``(n,)`` each.
    """
    own = [cell_sums(scores, label) for label in labels]
    parts = [float((sums**2).sum()) * len(sums) / max(len(sums) - 1, 1) for sums in own]
    if len(labels) == 1:
        return parts[0]
    both = float((cell_sums(scores, *labels) ** 2).sum())
    return max(sum(parts) - both, *parts)
