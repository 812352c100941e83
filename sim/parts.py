"""Shelves: folders whose files are parts, found by walking them.

A new part is a new file. ``base.py`` and files whose names begin with an underscore hold what parts share. A file that
cannot be imported, and classes that want one name, are left out with a warning: they stop no run of another part.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterable
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any


class PartWarning(UserWarning):
    """A part is left out."""


def names(package: str) -> list[str]:
    """Return the names of the files of a package that may hold parts, without importing them.

    >>> "online" in names("agents.cadences"), "base" in names("agents.cadences")
    (True, False)
    """
    found = sorted(module.name for module in iter_modules(import_module(package).__path__))
    return [name for name in found if name != "base" and not name.startswith("_")]


def modules(package: str) -> dict[str, ModuleType]:
    """Return the modules of a package that may hold parts, by name; what cannot be imported is left out."""
    found = {}
    for name in names(package):
        try:
            found[name] = import_module(f"{package}.{name}")
        except (Exception, SystemExit) as error:
            told = " ".join(str(error).split())
            leave_out(f"{package}.{name} cannot be imported: {type(error).__name__}: {told}")
    return found


def classes(package: str, is_part: Callable[[type[Any]], bool], name: str = "__name__") -> dict[str, type[Any]]:
    """Return the parts of a package by name.

    A part is a public class that can be made and that its own file defines.

    Args:
        package: the folder.
        is_part: says whether such a class is a part.
        name: the attribute with the part's name.
    """
    found = []
    for module in modules(package).values():
        own = [part for part in vars(module).values() if inspect.isclass(part) and part.__module__ == module.__name__]
        public = [part for part in own if not part.__name__.startswith("_") and not inspect.isabstract(part)]
        found += [(getattr(part, name), part) for part in public if is_part(part)]
    return unique(found)


def unique(parts: Iterable[tuple[str, type[Any]]]) -> dict[str, type[Any]]:
    """Return parts by name, sorted, without those that share one."""
    found: dict[str, list[type[Any]]] = {}
    for name, part in parts:
        found.setdefault(name, []).append(part)
    for name, those in found.items():
        if len(those) > 1:
            files = " and ".join(f"{part.__module__}.{part.__name__}" for part in those)
            leave_out(f"{files} have one name, {name!r}: none of them is known by it")
    return {name: those[0] for name, those in sorted(found.items()) if len(those) == 1}


def leave_out(why: str) -> None:
    """Warn that a part is left out."""
    warnings.warn(f"left out: {why}", PartWarning, stacklevel=2)
