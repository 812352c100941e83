"""Copies and ends of parts that hold more than memory."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, TypeVar

Part = TypeVar("Part")


def fresh_copy(part: Part) -> Part:
    """Return what a part's ``fresh()`` returns; else a deep copy."""
    fresh = getattr(part, "fresh", None)
    return fresh() if callable(fresh) else deepcopy(part)


def close_part(part: Any) -> None:
    """Call a part's ``close()``, if it has one."""
    if callable(end := getattr(part, "close", None)):
        end()
