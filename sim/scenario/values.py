"""What a positive is worth, by number or by law."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.laws import Law, parse_law
from sim.laws.arguments import Arguments
from sim.laws.language import parse_call
from sim.laws.nested import law_of

_MOST_EFFECT = 5.0
_MOST = 1e12
_BY_UTILITY = re.compile(r"\s*by_utility\s*\(")
_ALLOWED = "a number such as 25 or a law of plain numbers such as lognormal(mean=40, sigma=1) is allowed"
NEITHER = ("never", "released", "shifting", "by_utility")  # laws of delays only


@dataclass(frozen=True)
class Value:
    """The value of a positive: ``amount * exp(effect * z)``.

    z is how much the user likes the item, in standard deviations (docs/world.md).

    Attributes:
        amount: a number, or a law of plain numbers.
        effect: of z.
    """

    amount: float | Law
    effect: float = 0.0

    def __post_init__(self) -> None:
        """Check the numbers."""
        if isinstance(self.amount, Law):
            _check_law(self.amount)
        elif not 0.0 < self.amount <= _MOST:
            raise ValueError(f"{self.amount:g} is not a value; above 0 and up to {_MOST:g} is allowed")
        if not abs(self.effect) <= _MOST_EFFECT:
            raise ValueError(f"by_utility: effect is {self.effect:g}; -{_MOST_EFFECT:g} to {_MOST_EFFECT:g} is allowed")

    @property
    def mean(self) -> float:
        """The mean amount, where z is 0."""
        return self.amount.mean if isinstance(self.amount, Law) else self.amount

    def parts(self) -> Iterator[Law]:
        """Yield every law inside it."""
        if isinstance(self.amount, Law):
            yield from self.amount.parts()

    def __str__(self) -> str:
        return f"by_utility(effect={self.effect:g}, law={self.amount})" if self.effect else str(self.amount)


def _check_law(law: Law) -> None:
    """Refuse a law of values without a known, finite mean."""
    for part in law.parts():
        if part.name in NEITHER:
            raise ValueError(f"{part.name} is a law of delays; {_ALLOWED}")
    try:
        mean = law.mean
    except NotImplementedError:
        raise ValueError(f"the mean of {law.name} is not known, and a value needs one; {_ALLOWED}") from None
    if not 0.0 < mean <= _MOST:
        what = "infinite" if mean == np.inf else f"{mean:g}"
        raise ValueError(f"the mean of {law.name} is {what}; above 0 and up to {_MOST:g} is allowed")


def parse_value(source: Any, folder: Path | None = None) -> Value:
    """Return the value that a number or text describes.

    Args:
        source: a number, a law of plain numbers, or ``by_utility(effect=, law=)`` of one.
        folder: the folder that ``empirical(file=...)`` may read.

    Raises:
        ValueError: it is neither; the message says what is allowed.

    >>> parse_value("by_utility(effect=0.5, law=exponential(mean=40))").mean
    40.0
    """
    if isinstance(source, Value):
        return source
    if isinstance(source, int | float) and not isinstance(source, bool):
        return Value(float(source))
    if not isinstance(source, str):
        raise ValueError(f"{source!r} is not a value; {_ALLOWED}")
    if not _BY_UTILITY.match(source):
        return Value(_amount(parse_law(source, folder, plain=True)))
    _, arguments = parse_call(source, folder, plain=True)
    given = Arguments(_ByUtility, arguments, ("effect", "law"))
    effect = given.number("effect", -np.inf, np.inf)
    return Value(_amount(law_of(_ByUtility, given, "law")), effect)


def _amount(law: Law) -> float | Law:
    return law if law.certain is None else law.certain


class _ByUtility(Law):
    """The name and usage of ``by_utility``, for messages."""

    name = "by_utility"
    usage = "effect= and law="
