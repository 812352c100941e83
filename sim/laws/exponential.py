"""Exponential (memoryless) delays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Floats, Law


@dataclass(frozen=True)
class Exponential(Law):
    """``exponential(mean=1h)`` or ``exponential(median=1h)``."""

    name: ClassVar[str] = "exponential"
    usage: ClassVar[str] = "mean= or median="
    forms: ClassVar = ("mean=duration", "median=duration")
    scale: float

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Exponential:
        """Return the law."""
        given = Arguments(cls, arguments, ("mean", "median"))
        key = given.one_of("mean", "median")
        return cls(given.derived("mean", given.seconds(key) / (1.0 if key == "mean" else float(np.log(2.0)))))

    def quantile(self, u: Floats) -> Floats:
        """Return -mean log(1 - u)."""
        return -self.scale * np.log1p(-u)

    def cdf(self, x: Floats) -> Floats:
        """Return 1 - exp(-x / mean)."""
        return -np.expm1(-np.asarray(x) / self.scale)

    @property
    def mean(self) -> float:
        """The mean."""
        return self.scale

    def __str__(self) -> str:
        return f"exponential(mean={self._show(self.scale)})"
