"""The click rates of items, by number or by law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from sim.laws.base import Argument
from sim.laws.language import parse_call

Floats = NDArray[np.float64]
_ALLOWED = "a number from 0 to 1, beta(a, b) or uniform(low, high) is allowed"


@dataclass(frozen=True)
class ClickRates:
    """A law of the click rates of items."""

    name: ClassVar[str]

    def quantile(self, u: Floats) -> Floats:
        """Return click rates by their probability."""
        raise NotImplementedError

    @property
    def mean(self) -> float:
        """The mean click rate."""
        raise NotImplementedError

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{getattr(self, field.name):g}' for field in fields(self))})"


@dataclass(frozen=True)
class BetaRates(ClickRates):
    """Click rates of a Beta law: ``beta(a, b)``."""

    a: float
    b: float
    name = "beta"

    def __post_init__(self) -> None:
        """Check the parameters."""
        if not (0.01 <= self.a <= 1e6 and 0.01 <= self.b <= 1e6):
            raise ValueError(f"{self}: a and b must lie between 0.01 and a million")

    def quantile(self, u: Floats) -> Floats:
        """Return click rates by their probability."""
        return np.asarray(betaincinv(self.a, self.b, u))

    @property
    def mean(self) -> float:
        """The mean click rate."""
        return self.a / (self.a + self.b)


@dataclass(frozen=True)
class UniformRates(ClickRates):
    """Click rates equally likely between two bounds: ``uniform(low, high)``."""

    low: float
    high: float
    name = "uniform"

    def __post_init__(self) -> None:
        """Check the parameters."""
        if not 0.0 <= self.low < self.high <= 1.0:
            raise ValueError(f"{self}: 0 <= low < high <= 1 is allowed")

    def quantile(self, u: Floats) -> Floats:
        """Return click rates by their probability."""
        return np.asarray(self.low + (self.high - self.low) * u)

    @property
    def mean(self) -> float:
        """The mean click rate."""
        return (self.low + self.high) / 2.0


LAWS: dict[str, type[ClickRates]] = {law.name: law for law in (BetaRates, UniformRates)}


def parse_click_rate(value: Any) -> float | ClickRates:
    """Return the click rate or law that a value describes.

    Raises:
        ValueError: it is neither; the message says what is allowed.

    >>> parse_click_rate("beta(4, 4)")
    BetaRates(a=4.0, b=4.0)
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not 0.0 <= value < 1.0:
            raise ValueError(f"{value!r} is not a click rate; {_ALLOWED}")
        return float(value)
    if isinstance(value, ClickRates):
        return value
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a click rate; {_ALLOWED}")
    try:
        name, arguments = parse_call(value)
    except ValueError as error:
        raise ValueError(f"{error}; {_ALLOWED}") from None
    if name not in LAWS:
        near = get_close_matches(name, LAWS, 1)
        raise ValueError(f"unknown law {name!r}{f', did you mean {near[0]}' if near else ''}; {_ALLOWED}")
    return LAWS[name](*_numbers(name, arguments))


def _numbers(name: str, arguments: list[Argument]) -> list[float]:
    """Return a law's two parameters.

    They are given by name or in order.
    """
    expected = [field.name for field in fields(LAWS[name])]
    given: dict[str, float] = {}
    for place, (key, value, is_duration, typed, _) in enumerate(arguments):
        own = key if key is not None else expected[place] if place < len(expected) else typed
        if own not in expected or own in given or is_duration or not isinstance(value, int | float):
            raise ValueError(f"{name} takes two numbers, {' and '.join(expected)}, not {typed}")
        given[str(own)] = float(value)
    if len(given) < len(expected):
        raise ValueError(f"{name} takes two numbers, {' and '.join(expected)}")
    return [given[key] for key in expected]


def rates_of(rate: float | ClickRates, draws: Callable[[], Floats]) -> Floats:
    """Return the click rates of items.

    Args:
        rate: a number, or a law over items.
        draws: returns one uniform for each item; it is called where a law needs them.
    """
    return rate.quantile(draws()) if isinstance(rate, ClickRates) else np.array(rate)


def mean_of(rate: float | ClickRates) -> float:
    """Return the mean click rate."""
    return rate.mean if isinstance(rate, ClickRates) else rate
