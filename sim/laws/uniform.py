"""Uniform delays between two bounds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Floats, Law


@dataclass(frozen=True)
class Uniform(Law):
    """``uniform(low=10s, high=1m)``."""

    name: ClassVar[str] = "uniform"
    usage: ClassVar[str] = "low= and high="
    forms: ClassVar = ("low=wait, high=duration",)
    low: float
    high: float

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Uniform:
        """Return the law."""
        given = Arguments(cls, arguments, ("low", "high"))
        law = cls(given.seconds("low", positive=False), given.seconds("high"))
        if law.low >= law.high:
            raise ValueError("uniform: low must be below high")
        return law

    def quantile(self, u: Floats) -> Floats:
        """Return low + u (high - low)."""
        return self.low + (self.high - self.low) * u

    def cdf(self, x: Floats) -> Floats:
        """Return the share below x."""
        return np.clip((np.asarray(x) - self.low) / (self.high - self.low), 0.0, 1.0)

    @property
    def mean(self) -> float:
        """The middle of the bounds."""
        return (self.low + self.high) / 2.0
