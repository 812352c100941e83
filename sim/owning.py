"""Copies and ends of parts that hold more than memory.

A part may be made of learners, which may hold something in turn: they are attributes, or in a list that is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, TypeVar

Part = TypeVar("Part")


def fresh_copy(part: Part) -> Part:
    """Return a fresh copy of a part.

    It is what its ``fresh()`` returns, else a deep copy. Learners within it that have ``fresh()`` are copied by that.
    """
    fresh = getattr(part, "fresh", None)
    if callable(fresh):
        copied: Part = fresh()
        return copied
    return deepcopy(part, {id(one): fresh_copy(one) for one in _within(part) if _owns(one, "fresh")})


def close_part(part: Any) -> None:
    """Call ``close()`` of a part or of learners within."""
    if callable(end := getattr(part, "close", None)):
        end()
        return
    for one in _within(part):
        close_part(one)


def _owns(part: Any, method: str) -> bool:
    """Return whether it, or a learner within, has a method."""
    return callable(getattr(part, method, None)) or any(_owns(one, method) for one in _within(part))


def _within(part: Any) -> Iterator[Any]:
    for value in vars(part).values() if hasattr(part, "__dict__") else ():
        for one in value if isinstance(value, list) else (value,):
            if callable(getattr(one, "train", None)):
                yield one
