"""Laws among the arguments of a law."""

from __future__ import annotations

from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Law
from sim.laws.constant import Constant


def as_law(argument: Argument) -> Law | None:
    """Return the law in an argument, or None.

    A duration alone is a constant.
    """
    if argument.is_duration or (argument.plain and isinstance(argument.value, float)):
        return Constant(float(argument.value))
    return argument.value if isinstance(argument.value, Law) else None


def law_of(law: type[Law], given: Arguments, key: str) -> Law:
    """Return an argument that must be a law.

    Args:
        law: the law that has the argument, for messages.
        given: all its arguments.
        key: name of the argument.

    Raises:
        ValueError: it is missing, or no law.
    """
    argument = given.given(key)
    inner = as_law(argument)
    if inner is None:
        raise ValueError(f"{law.name}: {key} is {argument.typed}, expected a law such as exponential(mean=1h)")
    return inner
