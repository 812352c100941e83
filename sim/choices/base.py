"""The base class of choice models."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Choice(ABC):
    """A choice model: how items shown become clicks.

    A model is chosen by its ``name``; its fields are its parameters. Pydantic checks fields by their types;
    ``Field(description=...)`` describes them. ``utility`` is the log odds of a click on an item shown alone; ``value``
    is the worth of a click (the conversion rate where conversions count), None for 1. Rows are independent.
    Where the click probability of an item depends on its position and itself alone, the model says `by_position`.
    """

    name: ClassVar[str] = ""
    by_position: ClassVar[bool] = False

    @abstractmethod
    def clicks(self, utility: Floats, noise: Floats, nobody: Callable[[], Floats]) -> Bools:
        """Decide the clicks of slates.

        Args:
            utility: ``(n, size)`` of the items shown, first position first.
            noise: ``(n, size)`` uniforms of the items.
            nobody: returns uniforms ``(n,)``, the noise of clicking nothing.
        """

    @abstractmethod
    def probability(self, utility: Floats) -> Floats:
        """Return the click probability of each item, ``(n, k)``.

        The slates are ``(n, k)``, k <= size; an item's probability accounts for the items above it.
        """

    @abstractmethod
    def expected(self, utility: Floats, value: Floats | None) -> Floats:
        """Return the expected reward ``(n,)`` of slates ``(n, size)``."""

    @abstractmethod
    def best(self, utility: Floats, value: Floats | None, size: int) -> Indices:
        """Return the positions ``(n, size)`` of a best slate.

        ``utility`` and ``value`` are those of all items, ``(n, m)``.
        """

    def uniform(self, utility: Floats, value: Floats | None, size: int) -> Floats | None:
        """Return the expected reward ``(n,)`` of a uniformly random slate.

        None where it has no closed form.
        """
        return None

    def best_and_uniform(self, utility: Floats, value: Floats | None, size: int) -> tuple[Indices, Floats | None]:
        """Return what `best` and `uniform` return."""
        return self.best(utility, value, size), self.uniform(utility, value, size)

    def problem(self, size: int) -> str | None:
        """Return why a slate size is impossible, or None."""
        return None

    def __str__(self) -> str:
        given = ", ".join(f"{field.name}={spelt(getattr(self, field.name))}" for field in fields(self))
        return f"{self.name}({given})" if given else self.name


def spelt(value: Any) -> str:
    """Return a parameter as text."""
    return str(list(value)) if isinstance(value, tuple) else str(value)
