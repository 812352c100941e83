"""Lazy imports of heavy packages, for a fast start."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any


class _Lazy(ModuleType):
    """A module that is imported at first use."""

    def __getattr__(self, name: str) -> Any:
        """Import the module and return one of its attributes."""
        value = getattr(import_module(self.__name__), name)
        setattr(self, name, value)
        return value


def lazy(name: str) -> Any:
    """Return a module that is imported at first use.

    For type checkers import the module itself under ``if TYPE_CHECKING``, and call this in the ``else``.

    Args:
        name: dotted name of the module.

    >>> lazy("fractions").Fraction(1, 2)
    Fraction(1, 2)
    """
    return _Lazy(name)
