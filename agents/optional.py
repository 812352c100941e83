"""Packages that only an extra of delaylab installs."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any


def needed(package: str, extra: str, part: str) -> Any:
    """Return a module of an optional package.

    Args:
        package: the module, such as ``sklearn.base``.
        extra: the extra of delaylab that installs it.
        part: the part that needs it, for the message.

    Raises:
        ImportError: it is not installed.
    """
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        home = package.partition(".")[0]
        if (error.name or "").partition(".")[0] != home:
            raise
        raise ImportError(
            f"{part} needs {home}, which is not installed; pip install 'delaylab[{extra}]' brings it"
        ) from error


def installed(package: str) -> bool:
    """Return whether a package can be imported."""
    return find_spec(package) is not None
