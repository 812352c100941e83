"""Checks of parameters, done once when a part is built."""

from __future__ import annotations

import inspect
import math
from typing import Any, get_args, get_type_hints


def number(name: str, value: Any, least: float = 0.0, most: float = math.inf, above: bool = False) -> float:
    """Return a parameter as a float, if in range.

    Args:
        name: name of the parameter, for the message.
        value: the value given.
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


def durations(part: Any) -> dict[str, bool]:
    """Return the duration parameters of a part, by name.

    Args:
        part: a class of ``agents``; any other class gives an empty dict.

    Returns:
        For each parameter that is a duration (text or seconds), whether it may be None.

    >>> from agents import UCB1, Every, LinUCB
    >>> durations(Every), durations(LinUCB), durations(UCB1)
    ({'interval': False, 'refit_window': True}, {'forget': True}, {})
    """
    if not inspect.isclass(part) or part.__module__.partition(".")[0] != "agents":
        return {}
    kinds = {name: set(get_args(hint)) for name, hint in get_type_hints(part.__init__).items()}
    return {name: type(None) in kind for name, kind in kinds.items() if {float, str} <= kind}


def flag(name: str, value: Any) -> bool:
    """Return a parameter that is true or false.

    Raises:
        TypeError: it is neither.

    >>> flag("warm", True)
    True
    """
    if not isinstance(value, bool):
        raise TypeError(f"{name}: is {value!r}; true or false is allowed")
    return value
