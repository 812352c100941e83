"""Lognormal delays: most are short, a few very long."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from scipy.special import ndtr, ndtri

from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Floats, Law, number

_WIDEST = 20.0  # beyond it quantiles overflow


@dataclass(frozen=True)
class Lognormal(Law):
    """``lognormal(median=20s, p95=5m)``, or ``(median=, sigma=)``, or ``(mean=, sigma=)``."""

    name: ClassVar[str] = "lognormal"
    usage: ClassVar[str] = "median= and one of p95=, sigma=, or mean= and sigma="
    forms: ClassVar = (
        "median=duration, p95=duration",
        "median=duration, sigma=positive",
        "mean=duration, sigma=positive",
    )
    median: float
    sigma: float

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Lognormal:
        """Return the law."""
        given = Arguments(cls, arguments, ("median", "mean", "p95", "sigma"))
        if given.one_of("median", "mean") == "mean":
            if given.has("p95"):
                raise ValueError(f"lognormal takes {cls.usage}; p95 goes with median")
            sigma = given.number("sigma", 0.0, _WIDEST)
            return cls(given.derived("median", given.seconds("mean") * float(np.exp(-sigma * sigma / 2.0))), sigma)
        median = given.seconds("median")
        if given.one_of("p95", "sigma") == "sigma":
            return cls(median, given.number("sigma", 0.0, _WIDEST))
        p95 = given.seconds("p95")
        if p95 <= median:
            raise ValueError("lognormal: p95 must be longer than median")
        sigma = float(np.log(p95 / median) / ndtri(0.95))
        if sigma >= _WIDEST:
            raise ValueError(
                f"lognormal: p95 is too far from median, sigma is {sigma:.3g}; below {_WIDEST:g} is allowed"
            )
        return cls(median, sigma)

    def quantile(self, u: Floats) -> Floats:
        """Return median exp(sigma z_u)."""
        return np.asarray(self.median * np.exp(self.sigma * ndtri(u)))

    def cdf(self, x: Floats) -> Floats:
        """Return the normal cdf of log x."""
        with np.errstate(divide="ignore"):
            return np.asarray(ndtr(np.log(np.maximum(x, 0.0) / self.median) / self.sigma))

    @property
    def mean(self) -> float:
        """Median times exp(sigma^2 / 2)."""
        return float(self.median * np.exp(self.sigma**2 / 2.0))

    def __str__(self) -> str:
        return f"lognormal(median={self._show(self.median)}, sigma={number(self.sigma)})"
