"""What parts of an agent declare: labels and columns.

A learner's class attribute ``labels`` says which labels it takes, a correction's which labels of the log it can work
with, its ``makes`` which labels it makes of ones that are 0 or 1. What is not said is ``"binary"``.
"""

from __future__ import annotations

from typing import Any

LABELS = {"binary": "0 or 1", "soft": "from 0 to 1", "real": "any finite number"}  # each includes those before it


def labels_of(part: Any, attribute: str = "labels") -> str:
    """Return which labels a part takes or makes.

    Args:
        part: a learner or a correction.
        attribute: ``labels`` or ``makes``.

    Raises:
        ValueError: it says something else.
    """
    kind = getattr(part, attribute, None)
    if not isinstance(kind, str):  # nothing, or something else of that name
        return "binary"
    if kind not in LABELS:
        whose = f"{getattr(part, '__name__', type(part).__name__)}.{attribute}"
        raise ValueError(f"{whose} is {kind!r}, expected one of {', '.join(map(repr, LABELS))}")
    return kind


def includes(taken: str, made: str) -> bool:
    """Return whether who takes some labels takes others.

    >>> includes("soft", "binary"), includes("soft", "real")
    (True, False)
    """
    kinds = list(LABELS)
    return kinds.index(made) <= kinds.index(taken)


def columns_read(part: Any) -> tuple[str, ...] | None:
    """Return the columns that a part says it reads.

    None where it says nothing, and may read everything.
    """
    said: Any = vars(type(part)).get("reads")
    read: tuple[str, ...] | None = part.reads if isinstance(said, property) else said
    return read
