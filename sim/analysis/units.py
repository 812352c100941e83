"""Numbers as people read them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TypeGuard

from sim.analysis.attribution.decomposition import Estimate
from sim.scenario import Scenario
from sim.score import about

_JOINED = re.compile(r"(?<=\d) (?=(?:%|(?:ms|s|min|h|d)\b))|(?<=\d[smhd]) (?=\(\d)| (?=± )|(?<= ±) ")
_UNITS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))


def reward_unit(scenario: Scenario) -> str:
    """Return the unit of regret and reward in words."""
    if scenario.feedback.learnt.value is not None:
        return "units of value"
    return "clicks" if scenario.feedback.learn_from == "click" else "conversions"


def span(seconds: float | None) -> str:
    """Return a duration in a suitable unit, with three digits.

    >>> span(5400.0), span(45.0), span(0.0), span(None)
    ('1.5 h', '45 s', '0 s', '-')
    """
    if not _known(seconds):
        return "-"
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{digits(seconds / size)} {unit}"
    return "0 s" if seconds == 0 else f"{digits(1000 * seconds)} ms"


def roughly(seconds: float | None) -> str:
    """Return a time rounded to one digit.

    >>> roughly(4100.0), roughly(0.2), roughly(95.0)
    ('1 h', '1 s', '2 min')
    """
    if seconds is None:
        return "-"
    number, unit = span(max(seconds, 1.0)).split()
    digit = float(f"{float(number.replace(',', '')):.1g}")
    return f"{digit:g} {unit}"


def digits(value: float | None) -> str:
    """Return a number with about three digits.

    >>> digits(0.012345), digits(12.345), digits(1234.5), digits(1.5)
    ('0.0123', '12.3', '1,234', '1.5')
    """
    if not _known(value):
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def amount(scores: Mapping[str, float | None], name: str) -> str:
    """Return a score in its unit.

    >>> amount({"cost/training_time": 5400.0, "requests": 5400.0}, "cost/training_time")
    '1.5 h'
    """
    kind = about().get(name)
    return span(scores.get(name)) if kind is not None and kind.unit == "s" else digits(scores.get(name))


def with_interval(value: float | None, half: float | None, places: int = 4) -> str:
    """Return a mean ± its interval's half-width, rounded alike.

    There are so many places where there is no interval, and at most as many where it is very narrow. Of a half-width of
    10,000 or more two digits are told.

    >>> with_interval(0.12345, 0.0213), with_interval(123.4, 15.2), with_interval(0.5, None)
    ('0.123 ± 0.021', '123 ± 15', '0.5000')
    >>> with_interval(-0.0012, 0.5), with_interval(-0.3, 18.0)
    ('0.00 ± 0.50', '0 ± 18')
    >>> with_interval(237098.2, 40922.3), with_interval(1234.5, 1999.0)
    ('237,000 ± 41,000', '1234 ± 1999')
    """
    if not _known(value):
        return "-"
    if not _known(half):
        return f"{value:z.{places}f}"
    if half > 0:
        exponent = int(f"{half:.1e}".partition("e")[2])  # of the rounded half-width: 0.0996 has that of 0.10
        places = min(max(1 - exponent, 0), places)
        if exponent >= 4:
            return f"{round(value, 1 - exponent):z,.0f} ± {round(half, 1 - exponent):,.0f}"
    return f"{value:z.{places}f} ± {half:.{places}f}"  # z: what is rounded to zero has no sign


def scored(scores: Mapping[str, float | None], name: str, places: int = 4) -> str:
    """Return a score ± the half-width of its interval.

    >>> scored({"x": 0.5, "x/low": 0.4, "x/high": 0.6}, "x")
    '0.50 ± 0.10'
    """
    low, high = scores.get(f"{name}/low"), scores.get(f"{name}/high")
    return with_interval(scores.get(name), None if low is None or high is None else (high - low) / 2, places)


def estimated(one: Estimate, places: int = 4) -> str:
    """Return a mean with its interval, or 0."""
    return with_interval(one.mean, one.half, places) if one.mean or one.half else "0"


def p_value(p: float | None) -> str:
    """Return a p-value as people read it.

    >>> p_value(0.0312), p_value(0.00001), p_value(None)
    ('0.031', '< 0.001', '-')
    """
    if p is None:
        return "-"
    return "< 0.001" if p < 0.001 else f"{p:.2g}"


def counted(number: int, thing: str) -> str:
    """Return how many there are of something.

    >>> counted(1, "run"), counted(8, "replication"), counted(1200, "row")
    ('1 run', '8 replications', '1,200 rows')
    """
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def unbroken(text: str) -> str:
    """Return text with its numbers whole at line breaks.

    A number keeps its unit, a mean its interval, and a duration another one in brackets.

    >>> unbroken("95 % of 1.2 h, 4d (6h): 0.1 ± 0.2").split(" ")
    ['95\\xa0%', 'of', '1.2\\xa0h,', '4d\\xa0(6h):', '0.1\\xa0±\\xa00.2']
    """
    return _JOINED.sub("\N{NO-BREAK SPACE}", text)


def _known(value: float | None) -> TypeGuard[float]:
    return value is not None and not math.isnan(value)  # in a column of floats NaN is unknown
