"""Laws among the arguments of a law."""

from __future__ import annotations

from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Law
from sim.laws.constant import Constant


def as_law(argument: Argument) -> Law | None:
    """Return the law that an argument is; a bare duration is a constant. None where it is no law."""
    if argument.is_duration:
        return Constant(float(argument.value))
    return argument.value if isinstance(argument.value, Law) else None


def law_of(law: type[Law], given: Arguments, key: str) -> Law:
    """Return an argument that has to be a law.

    Args:
        law: whose argument it is, for messages.
        given: all its arguments.
        key: of the argument.

    Raises:
        ValueError: it is missing, or no law.
    """
    argument = given.given(key)
    found = as_law(argument)
    if found is None:
        raise ValueError(f"{law.name}: {key} is {argument.typed}, expected a law such as exponential(mean=1h)")
    return found
