"""Truncation: the law given that the delay is within a maximum, F(x) / F(max)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Floats, Law


@dataclass(frozen=True)
class Truncated(Law):
    """``truncated(max=30d, law=exponential(mean=11d))``: the word of the language; it asks the law itself."""

    name: ClassVar[str] = "truncated"
    usage: ClassVar[str] = "max= and law="

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Law:
        """Return the truncated law."""
        given = Arguments(cls, arguments, ("max", "law"))
        return given.law("law").truncate(given.seconds("max"))


@dataclass(frozen=True)
class Capped(Law):
    """A law with a closed quantile, truncated."""

    law: Law
    maximum: float

    def __post_init__(self) -> None:
        if not float(self.law.cdf(np.array(self.maximum))) > 0.0:
            raise ValueError(f"truncated: no delay of {self.law} is within max={self._show(self.maximum)}")

    def quantile(self, u: Floats) -> Floats:
        """Return the law's quantile at u F(max)."""
        share = self.law.cdf(np.array(self.maximum))
        return np.minimum(self.law.quantile(u * share), self.maximum)

    def cdf(self, x: Floats) -> Floats:
        """Return F(x) / F(max), 1 from the maximum on."""
        return np.minimum(self.law.cdf(x) / self.law.cdf(np.array(self.maximum)), 1.0)

    @property
    def mean(self) -> float:
        """The mean, by the trapezoid rule over 100,000 quantiles."""
        return float(np.mean(self.quantile((np.arange(100_000) + 0.5) / 100_000)))

    def truncate(self, maximum: float) -> Law:
        """Return the law under the shorter of both maxima."""
        return self.law.truncate(min(maximum, self.maximum))

    def __str__(self) -> str:
        return f"truncated(max={self._show(self.maximum)}, law={self.law})"
