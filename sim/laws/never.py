"""Delays that are infinite with some probability."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from sim.draws import child, uniform
from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Draw, Floats, Keys, Law, number
from sim.laws.nested import law_of
from sim.laws.pace import Pace


@dataclass(frozen=True)
class Never(Law):
    """``never(p=0.3, else=exponential(mean=1h))``: infinite with probability p."""

    name: ClassVar[str] = "never"
    usage: ClassVar[str] = "p= and else="
    forms: ClassVar = ("p=share, else=law",)
    p: float
    law: Law

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Never:
        """Return the law."""
        given = Arguments(cls, arguments, ("p", "else"))
        return cls(given.number("p", 0.0, 1.0), law_of(cls, given, "else"))

    def draw(self, keys: Keys, start: Floats, pace: Pace | None = None) -> Draw:
        """Draw whether on lane 0, when below lane 1."""
        silent = uniform(keys, 0) < self.p
        draw = self.law.draw(child(keys, 1), start, pace)
        return Draw(*(np.where(silent, np.inf, column) for column in draw))

    def cdf(self, x: Floats) -> Floats:
        """Return the share up to x, at most ``1 - p``."""
        return np.asarray((1.0 - self.p) * self.law.cdf(x))

    def cdf_at(self, x: Floats, factor: Floats) -> Floats:
        """Return the share of the multiplied delays, at most ``1 - p``."""
        return np.asarray((1.0 - self.p) * self.law.cdf_at(x, factor))

    def delivered_cdf(self, x: Floats) -> Floats:
        """Return the share delivered within x, at most ``1 - p``."""
        return np.asarray((1.0 - self.p) * self.law.delivered_cdf(x))

    @property
    def mean(self) -> float:
        """Infinite."""
        return float(np.inf)

    def truncate(self, maximum: float) -> Law:
        """Return the inner law truncated at ``maximum`` seconds."""
        return self.law.truncate(maximum)

    def __str__(self) -> str:
        return f"never(p={number(self.p)}, else={self.law})"
