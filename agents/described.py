"""The ``repr`` of an agent's parts: their constructor calls."""

from __future__ import annotations

import inspect
from typing import Any, ClassVar

from agents.parameters import durations
from sim.ports import duration_text, seconds


class Described:
    """A part whose ``repr`` is its constructor call.

    Parameters that have their default value are left out.

    Attributes:
        later: parameters that came when runs had been named already: with their default they are left out of the name.

    >>> from agents import Every, LinUCB
    >>> LinUCB(alpha=0.5), Every(3600.0, refit_window="2d"), LinUCB()
    (LinUCB(alpha=0.5), Every(interval='1h', refit_window='2d'), LinUCB())
    """

    later: ClassVar[frozenset[str]] = frozenset()

    def __repr__(self) -> str:
        kind, timed = type(self), durations(type(self))
        given = [
            f"{name}={_value(getattr(self, name), name in timed)!r}"
            for name, parameter in inspect.signature(kind).parameters.items()
            if hasattr(self, name) and not _same(getattr(self, name), parameter.default, name in timed)
        ]
        return f"{kind.__name__}({', '.join(given)})"


def spelt(part: Any) -> str:
    """Return the ``repr`` of a part on one line.

    A class without a ``__repr__`` of its own is shown by its name.

    >>> spelt(object())
    'object(...)'
    """
    kind: Any = type(part)
    return f"{kind.__name__}(...)" if kind.__repr__ is object.__repr__ else " ".join(repr(part).split())


def _same(value: Any, default: Any, timed: bool) -> bool:
    if timed and isinstance(default, str):
        default = seconds(default)
    return type(value) is type(default) and bool(value == default)


def _value(value: Any, timed: bool) -> Any:
    return duration_text(value) if timed and isinstance(value, float) else value
