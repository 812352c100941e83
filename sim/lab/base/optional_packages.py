"""Libraries that only an extra of the package brings."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sim.errors import LabError


def needed(package: str, extra: str, asked: str) -> Any:
    """Return a library that may not be there.

    Args:
        package: its name.
        extra: the extra of ours that brings it.
        asked: what people asked for, such as ``hydra/launcher=ray``.

    Raises:
        LabError: it is not installed.
    """
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != package:
            raise
        raise LabError(
            f"{asked}: needs {package}, which is not installed; pip install 'delaylab[{extra}]' brings it"
        ) from error
