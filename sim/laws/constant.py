"""Constant delays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Draw, Floats, Keys, Law
from sim.laws.instants import PER_SECOND, interval, plus
from sim.laws.pace import Pace


@dataclass(frozen=True)
class Constant(Law):
    """``constant(30s)``, a whole number of microseconds."""

    name: ClassVar[str] = "constant"
    usage: ClassVar[str] = "one duration: constant(30s)"
    forms: ClassVar = ("delay=wait", "wait")
    delay: float

    def __post_init__(self) -> None:
        if self.delay:
            object.__setattr__(self, "delay", interval(self.delay, "constant: delay"))

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Constant:
        """Return the law."""
        return cls(Arguments(cls, arguments, ("delay",), first="delay").seconds("delay", positive=False))

    def quantile(self, u: Floats) -> Floats:
        """Return the delay."""
        return np.full(np.shape(u), self.delay)

    def draw(self, keys: Keys, start: Floats, pace: Pace | None = None) -> Draw:
        """Return the delay for each start.

        Whole microseconds at any pace.
        """
        if pace is None:
            at = plus(start, self.delay)
            return Draw(np.full(np.shape(start), self.delay), at, at)
        delay = np.rint(self.delay * pace.factor * PER_SECOND) / PER_SECOND
        at = plus(start, delay)
        return Draw(delay, at, at)

    def cdf(self, x: Floats) -> Floats:
        """Return 0 below the delay, then 1."""
        return np.where(np.asarray(x) >= self.delay, 1.0, 0.0)

    @property
    def mean(self) -> float:
        """The delay."""
        return self.delay

    @property
    def certain(self) -> float:
        """The delay."""
        return self.delay

    def truncate(self, maximum: float) -> Law:
        """Return the same law."""
        if self.delay > maximum:
            raise ValueError(f"truncated: no delay of {self} is within max={self._show(maximum)}")
        return self

    def __str__(self) -> str:
        return f"constant({self._show(self.delay)})"
