"""Folders of parts: every file of a folder defines parts.

A new part is a new file. ``base.py`` and files whose names begin with an underscore hold shared code. A file that
cannot be imported, and classes with the same name, are left out with a warning: runs with other parts still work.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Container, Iterable
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any


class PartWarning(UserWarning):
    """The warning that a part is left out."""


def names(package: str) -> list[str]:
    """Return the names of files that may hold parts.

    The files are not imported.

    >>> "online" in names("agents.cadences"), "base" in names("agents.cadences")
    (True, False)
    """
    files = sorted(module.name for module in iter_modules(import_module(package).__path__))
    return [name for name in files if name != "base" and not name.startswith("_")]


def modules(package: str, chosen: Container[str] | None = None) -> dict[str, ModuleType]:
    """Return a package's modules that may hold parts, by name.

    A module that cannot be imported is left out, with a warning.

    Args:
        package: the dotted name of the package.
        chosen: the names of those that are imported; None: all.
    """
    loaded = {}
    for name in names(package):
        if chosen is not None and name not in chosen:
            continue
        try:
            loaded[name] = import_module(f"{package}.{name}")
        except (Exception, SystemExit) as error:
            message = " ".join(str(error).split())
            leave_out(f"{package}.{name} cannot be imported: {type(error).__name__}: {message}")
    return loaded


def classes(package: str, is_part: Callable[[type[Any]], bool], name: str = "__name__") -> dict[str, type[Any]]:
    """Return the parts of a package by name.

    A part is a public class that is not abstract and is defined in its file.

    Args:
        package: the dotted name of the package.
        is_part: returns whether such a class is a part.
        name: the attribute with the name of a part.
    """
    named = []
    for module in modules(package).values():
        own = [part for part in vars(module).values() if inspect.isclass(part) and part.__module__ == module.__name__]
        public = [part for part in own if not part.__name__.startswith("_") and not inspect.isabstract(part)]
        named += [(getattr(part, name), part) for part in public if is_part(part)]
    return unique(named)


def unique(parts: Iterable[tuple[str, type[Any]]]) -> dict[str, type[Any]]:
    """Return parts by name, sorted, without duplicate names."""
    named: dict[str, list[type[Any]]] = {}
    for name, part in parts:
        named.setdefault(name, []).append(part)
    for name, same in named.items():
        if len(same) > 1:
            files = " and ".join(f"{part.__module__}.{part.__name__}" for part in same)
            leave_out(f"{files} have one name, {name!r}: none of them is known by it")
    return {name: same[0] for name, same in sorted(named.items()) if len(same) == 1}


def leave_out(why: str) -> None:
    """Warn that a part is left out."""
    warnings.warn(f"left out: {why}", PartWarning, stacklevel=2)
