"""Checking parameters once, when a part is built."""

from __future__ import annotations

import math
from typing import Any


def number(name: str, value: Any, least: float = 0.0, most: float = math.inf, above: bool = False) -> float:
    """Return a parameter if it is a number in its range.

    Args:
        name: of the parameter, for the message.
        value: as given.
        least: lowest allowed value.
        most: highest allowed value.
        above: whether ``least`` itself is not allowed.

    Raises:
        ValueError: not a finite number, or out of range.

    >>> number("alpha", 0.5)
    0.5
    """
    plain = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not plain or value < least or value > most or (above and value == least):
        upper = f" and at most {most:g}" if most < math.inf else ""
        raise ValueError(
            f"{name} is {value!r}, expected a number {'above' if above else 'of at least'} {least:g}{upper}"
        )
    return float(value)
