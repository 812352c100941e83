"""Pareto delays: heavy tails whose mean may be infinite."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Floats, Law, number


@dataclass(frozen=True)
class Pareto(Law):
    """``pareto(shape=1.5, minimum=1m)``."""

    name: ClassVar[str] = "pareto"
    usage: ClassVar[str] = "shape= and minimum="
    forms: ClassVar = ("shape=positive, minimum=duration",)
    shape: float
    minimum: float

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Pareto:
        """Return the law."""
        given = Arguments(cls, arguments, ("shape", "minimum"))
        return cls(given.number("shape", 0.1, 1e6), given.seconds("minimum"))

    def quantile(self, u: Floats) -> Floats:
        """Return minimum (1 - u)^(-1/shape)."""
        return np.asarray(self.minimum * np.exp(-np.log1p(-u) / self.shape))

    def cdf(self, x: Floats) -> Floats:
        """Return 1 - (minimum / x)^shape."""
        return np.asarray(1.0 - np.power(self.minimum / np.maximum(x, self.minimum), self.shape))

    @property
    def mean(self) -> float:
        """Infinite for shapes up to 1."""
        return self.shape * self.minimum / (self.shape - 1.0) if self.shape > 1.0 else float(np.inf)

    def __str__(self) -> str:
        return f"pareto(shape={number(self.shape)}, minimum={self._show(self.minimum)})"
