"""Packages that only an extra of delaylab installs."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sim.errors import LabError


def needed(package: str, extra: str, asked: str) -> Any:
    """Return an optional package."""
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != package:
            raise
        raise LabError(
            f"{asked}: needs {package}, which is not installed; pip install 'delaylab[{extra}]' brings it"
        ) from error
