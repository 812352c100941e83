"""Gamma delays: a sum of exponential stages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from scipy.special import gammainc, gammaincinv

from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Floats, Law, number


@dataclass(frozen=True)
class Gamma(Law):
    """``gamma(shape=2, mean=1h)`` or ``gamma(shape=2, scale=30m)``."""

    name: ClassVar[str] = "gamma"
    usage: ClassVar[str] = "shape= and one of mean=, scale="
    forms: ClassVar = ("shape=positive, mean=duration", "shape=positive, scale=duration")
    shape: float
    scale: float

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Gamma:
        """Return the law."""
        given = Arguments(cls, arguments, ("shape", "mean", "scale"))
        shape = given.number("shape", 1e-4, 1e6)
        key = given.one_of("mean", "scale")
        return cls(shape, given.derived("scale", given.seconds(key) / (shape if key == "mean" else 1.0)))

    def quantile(self, u: Floats) -> Floats:
        """Return the scaled inverse regularised incomplete gamma function."""
        return np.asarray(self.scale * gammaincinv(self.shape, u))

    def cdf(self, x: Floats) -> Floats:
        """Return the regularised incomplete gamma function."""
        return np.asarray(gammainc(self.shape, np.maximum(x, 0.0) / self.scale))

    @property
    def mean(self) -> float:
        """Shape times scale."""
        return self.shape * self.scale

    def __str__(self) -> str:
        return f"gamma(shape={number(self.shape)}, scale={self._show(self.scale)})"
