"""Weibull delays: a hazard that falls or rises with age.

It falls for shapes below 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from scipy.special import gamma

from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Floats, Law, number


@dataclass(frozen=True)
class Weibull(Law):
    """``weibull(shape=0.6, scale=1d)``, or with ``mean=`` or ``median=``."""

    name: ClassVar[str] = "weibull"
    usage: ClassVar[str] = "shape= and one of scale=, mean=, median="
    forms: ClassVar = (
        "shape=positive, scale=duration",
        "shape=positive, mean=duration",
        "shape=positive, median=duration",
    )
    shape: float
    scale: float

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Weibull:
        """Return the law."""
        given = Arguments(cls, arguments, ("shape", "scale", "mean", "median"))
        shape = given.number("shape", 0.02, 1e6)
        key = given.one_of("scale", "mean", "median")
        of_scale = {
            "scale": 1.0,
            "mean": float(gamma(1.0 + 1.0 / shape)),
            "median": float(np.log(2.0) ** (1.0 / shape)),
        }
        return cls(shape, given.derived("scale", given.seconds(key) / of_scale[key]))

    def quantile(self, u: Floats) -> Floats:
        """Return scale (-log(1 - u))^(1/shape)."""
        return np.asarray(self.scale * np.power(-np.log1p(-u), 1.0 / self.shape))

    def cdf(self, x: Floats) -> Floats:
        """Return 1 - exp(-(x / scale)^shape)."""
        with np.errstate(over="ignore"):
            return np.asarray(-np.expm1(-np.power(np.maximum(x, 0.0) / self.scale, self.shape)))

    @property
    def mean(self) -> float:
        """Scale times Gamma(1 + 1/shape)."""
        return float(self.scale * gamma(1.0 + 1.0 / self.shape))

    def __str__(self) -> str:
        return f"weibull(shape={number(self.shape)}, scale={self._show(self.scale)})"
