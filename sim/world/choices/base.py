"""What a choice model is, and the shelf it stands on."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from sim.scenario import Choice

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


class ChoiceModel(Protocol):
    """How the items shown become clicks.

    ``utility`` is the log odds of a click on an item shown alone; ``value`` is the worth of a click
    (the conversion rate where conversions count), None for 1. Rows are independent of each other.
    """

    name: str

    def clicks(self, utility: Floats, noise: Floats, nobody: Callable[[], Floats]) -> NDArray[np.bool_]:
        """Decide the clicks of slates.

        Args:
            utility: ``(n, size)`` of the items shown, first position first.
            noise: ``(n, size)`` uniforms of the items.
            nobody: returns uniforms ``(n,)`` of choosing nothing.
        """

    def probability(self, utility: Floats) -> Floats:
        """Return the probability of a click on each item of slates ``(n, k)``, k <= size, given what is above it."""

    def expected(self, utility: Floats, value: Floats | None) -> Floats:
        """Return the expected reward ``(n,)`` of slates ``(n, size)``."""

    def best(self, utility: Floats, value: Floats | None, size: int) -> Indices:
        """Return the positions ``(n, size)`` of a best slate among all items ``(n, m)``."""

    def uniform(self, utility: Floats, value: Floats | None, size: int) -> Floats | None:
        """Return the expected reward ``(n,)`` of a uniformly random slate, None where it has no short form."""


def choice_model(choice: Choice) -> ChoiceModel:
    """Return the model that a scenario names."""
    package = __name__.rpartition(".")[0]
    for module in iter_modules(import_module(package).__path__):
        model = getattr(import_module(f"{package}.{module.name}"), "MODEL", None)
        if model is not None and choice.name in model.names:
            return cast(ChoiceModel, model(choice))
    raise LookupError(f"no choice model {choice.name!r}")
