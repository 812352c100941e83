"""Objects as plain data, for run names and logs."""

from __future__ import annotations

import inspect
import re
from typing import Any

import numpy as np

_PLAIN = (bool, int, float, str, type(None))
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def describe(value: Any) -> Any:
    """Return a value as numbers, text, None, lists and dicts.

    Equal values give equal data in every process. An object becomes a dict: its class, its constructor's parameters
    as far as they are attributes of the same name, and its other attributes that are numbers or text and have no
    leading underscore.

    >>> from agents import Every
    >>> describe([Every("1h", refit_window=None), (1, np.float64(0.5)), {"b", "a"}])
    [{'class': 'agents.Every', 'interval': 3600.0, 'refit_window': None}, [1, 0.5], ['a', 'b']]
    """
    if isinstance(value, np.ndarray | np.generic):  # np.float64 is a float too
        return value.tolist()
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        inner = [describe(one) for one in value]
        return inner if isinstance(value, list | tuple) else sorted(inner, key=repr)
    if isinstance(value, dict):
        return {str(key): describe(one) for key, one in value.items()}
    return _object(value)


def _object(value: Any) -> Any:
    if inspect.isclass(value) or inspect.isroutine(value):
        return f"{value.__module__}.{value.__qualname__}"
    if not hasattr(value, "__dict__"):
        return _ADDRESS.sub("", repr(value))
    own = {name: one for name, one in sorted(vars(value).items()) if isinstance(one, _PLAIN) and name[0] != "_"}
    parameters = {n: getattr(value, n) for n in _parameters(type(value)) if hasattr(value, n)}
    attributes = {name: describe(one) for name, one in (own | parameters).items() if not _unsaid(value, name, one)}
    return {"class": class_name(type(value)), **attributes}


def _unsaid(value: Any, name: str, given: Any) -> bool:
    """Say whether a later parameter has its default."""
    later: frozenset[str] = getattr(type(value), "later", frozenset())
    return name in later and given == inspect.signature(type(value)).parameters[name].default


def class_name(kind: type) -> str:
    """Return the dotted name of a class.

    A class of this package is named as users import it, whatever its module.

    >>> from agents import Every
    >>> class_name(Every)
    'agents.Every'
    """
    home = kind.__module__
    return f"{'agents' if home.startswith('agents.') else home}.{kind.__qualname__}"


def _parameters(kind: type) -> list[str]:
    try:
        return list(inspect.signature(kind).parameters)
    except (TypeError, ValueError):
        return []  # some compiled classes have no signature
