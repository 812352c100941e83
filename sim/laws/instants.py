"""Instants and durations in whole microseconds, for exact ties.

Scheduled instants and constant durations are whole microseconds: counted as whole numbers, and turned into seconds by
one division. Sums of float seconds would not be exact: 0.1 + 0.2 is not 0.3, and two events of one instant would get
different instants.
"""

from __future__ import annotations

from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

PER_SECOND = 1e6
SHORTEST = "a microsecond (0.001ms)"
_COUNTED = 2.0**51  # microseconds, 71 years: up to here a float of seconds determines their number
Floats = NDArray[np.float64]


def microseconds(seconds: float) -> float:
    """Return the nearest whole number of microseconds.

    >>> microseconds(1.1 * 3600), microseconds(0.1)
    (3960000000.0, 100000.0)
    """
    count = seconds * PER_SECOND
    return float(round(count)) if abs(count) < _COUNTED else count


def whole(seconds: float) -> float:
    """Return seconds, rounded to whole microseconds.

    >>> whole(1.1 * 3600), whole(0.1 + 0.2)
    (3960.0, 0.3)
    """
    return microseconds(seconds) / PER_SECOND if abs(seconds) * PER_SECOND < _COUNTED else seconds


def interval(seconds: float, what: str) -> float:
    """Return an interval in seconds, rounded to whole microseconds.

    Args:
        seconds: its length.
        what: its name in an error.

    Raises:
        ValueError: it is shorter than a microsecond: there would be endlessly many events.
    """
    if not seconds > 0.0:
        raise ValueError(f"{what} is {seconds:g}s, expected more than 0s")
    if microseconds(seconds) < 1.0:
        raise ValueError(f"{what} is {seconds:g}s, expected at least {SHORTEST}")
    return whole(seconds)


@overload
def plus(at: float, span: float) -> float: ...
@overload
def plus(at: Floats, span: Floats | float) -> Floats: ...
def plus(at: Any, span: Any) -> Any:
    """Return sums of seconds, exact for whole microseconds.

    Other sums are those of floats. A part is whole if it equals the float of a whole number of microseconds; so each
    sum depends on its own two numbers only, and is the same for every block size.

    Args:
        at: seconds, a float or an array.
        span: seconds, the same or an array that broadcasts with it; may be negative or infinite.

    Returns:
        A float for two floats, else an array.

    >>> plus(0.1, 0.2), plus(plus(0.7, 0.1), -0.1)
    (0.3, 0.7)
    """
    if isinstance(span, float):
        if isinstance(at, float):
            return _sum(at, span)
        if span == 0.0:
            return at + span
    with np.errstate(over="ignore"):
        first = np.asarray(at * PER_SECOND)
        np.rint(first, out=first)
        scheduled = first / PER_SECOND == at
        if not scheduled.any():
            return at + span
        second = np.rint(span * PER_SECOND)
        scheduled = scheduled & (second / PER_SECOND == span)
    return np.where(scheduled, (first + second) / PER_SECOND, at + span)


def times(span: float, count: int) -> float:
    """Return ``span * count`` in seconds, exact for whole microseconds.

    >>> times(0.1, 3)
    0.3
    """
    if whole(span) == span:
        return microseconds(span) * count / PER_SECOND
    return span * count


def _sum(at: float, span: float) -> float:
    if max(abs(at), abs(span)) * PER_SECOND < _COUNTED:
        first, second = round(at * PER_SECOND), round(span * PER_SECOND)
        if first / PER_SECOND == at and second / PER_SECOND == span:
            return (first + second) / PER_SECOND
    return at + span
