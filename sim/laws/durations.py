"""Durations as text: ``90s 20m 6h 7d``."""

from __future__ import annotations

import math
import re
from decimal import Decimal

LONGEST = 1e12  # seconds, 30,000 years; beyond it float seconds lose the millisecond
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"\s*([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\s*(ms|s|m|h|d)\s*")
WORDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0}
_RATE = re.compile(r"\s*([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\s*(%?)\s+per\s+(.+?)\s*")
_TIME = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])(?::([0-5][0-9]))?")


def seconds(value: float | str) -> float:
    """Return a duration in seconds.

    Args:
        value: seconds as a number, or text with a unit: ``90s``, ``20m``, ``1.5h``, ``7d``, ``0.2ms``.

    Raises:
        ValueError: negative, not finite, longer than 30,000 years, or not a duration.

    >>> seconds("20m"), seconds("1.1h"), seconds(3)
    (1200.0, 3960.0, 3.0)
    """
    if isinstance(value, str):
        match = _DURATION.fullmatch(value)
        if match is None:
            raise ValueError(
                f"{value!r} is not a duration; write a number and a unit (ms s m h d) such as 90s, 20m, 6h, 7d"
            )
        if float(match[1]) * UNITS[match[2]] > LONGEST:
            raise ValueError(f"{value!r} is too long for a duration; at most {LONGEST / UNITS['d']:.0f}d is allowed")
        return _exact(match[1], match[2])
    number = float(value)
    if isinstance(value, bool) or not math.isfinite(number) or number < 0:
        raise ValueError(f"{value!r} is not a duration; it must be finite and not negative")
    return number


def _exact(digits: str, unit: str) -> float:
    """Return seconds as the float nearest to the decimal number.

    With floats alone 1.1 h would be 3960.0000000000005 seconds.
    """
    return float(Decimal(digits) * Decimal(str(UNITS[unit]))) if float(digits) else 0.0


def per_second(value: object) -> float:
    """Return a rate as a number per second.

    Args:
        value: text such as ``4 per day``, ``1 per 20m`` or ``1% per day``.

    Raises:
        ValueError: it is no rate, or not above 0.

    >>> per_second("4 per day") * 86400.0, per_second("1 per 20m") * 1200.0
    (4.0, 1.0)
    """
    match = _RATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{value!r} is not a rate; write one such as 4 per day or 1 per 20m")
    unit = WORDS.get(match[3].removesuffix("s")) or UNITS.get(match[3]) or seconds(match[3])
    number = float(match[1]) / 100.0 if match[2] else float(match[1])
    if unit == 0 or not 0 < (rate := number / unit) < math.inf:
        raise ValueError(f"{value!r} is not a rate above 0; write one such as 4 per day or 1 per 20m")
    return rate


def time_of_day(value: str) -> float:
    """Return a time of day in seconds since midnight.

    >>> time_of_day("20:30")
    73800.0
    """
    match = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or (at := int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)) >= 86400:
        raise ValueError(f'{value!r} is not a time of day; write hours and minutes in quotes such as "03:00"')
    return float(at)


def text(value: float) -> str:
    """Return seconds as exact text.

    The unit is the largest that gives a whole number.

    >>> text(1800.0), text(86400.0), text(90.0), text(0.0002), text(2.5)
    ('30m', '1d', '90s', '0.2ms', '2.5s')
    """
    for unit in ("d", "h", "m", "s"):
        if value >= UNITS[unit] and value % UNITS[unit] == 0:
            return f"{int(value / UNITS[unit])}{unit}"
    short = f"{value / UNITS['ms']:.12g}"
    if 0 < value < 1 and seconds(f"{short}ms") == value:
        return f"{short}ms"
    return "0s" if value == 0 else f"{value!r}s"
