"""The parts that the folders of this package hold."""

from __future__ import annotations

from functools import cache
from typing import Any

from sim.parts import classes, unique

METHODS = {"learner": ("train", "policy"), "correction": ("examples",), "cadence": ("next", "wants")}


@cache
def shelf(kind: str) -> dict[str, type[Any]]:
    """Return the parts of a kind, by class name.

    Args:
        kind: ``learner``, ``correction`` or ``cadence``.

    >>> {"NoCorrection", "ObservedOnly", "Wait"} <= shelf("correction").keys()
    True
    """
    return classes(f"agents.{kind}s", lambda part: all(callable(getattr(part, name, None)) for name in METHODS[kind]))


def parts() -> dict[str, type[Any]]:
    """Return all parts, by class name."""
    return unique(pair for kind in METHODS for pair in shelf(kind).items())
