"""Geometric delays: 1, 2, 3, ... steps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Floats, Law


@dataclass(frozen=True)
class Geometric(Law):
    """``geometric(mean=100s, step=1s)``.

    At each step the event happens with probability step / mean.
    """

    name: ClassVar[str] = "geometric"
    usage: ClassVar[str] = "mean= and step= (default 1s)"
    forms: ClassVar = ("mean=duration", "mean=duration, step=duration")
    stepwise: ClassVar[bool] = True
    average: float
    step: float

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Geometric:
        """Return the law."""
        given = Arguments(cls, arguments, ("mean", "step"))
        law = cls(given.seconds("mean"), given.seconds("step", default=1.0))
        if law.average < law.step:
            raise ValueError("geometric: mean must not be shorter than step")
        return law

    def quantile(self, u: Floats) -> Floats:
        """Return the quantiles at u, whole steps in seconds."""
        if self.average == self.step:
            return np.full(np.shape(u), self.step)
        steps = np.ceil(np.log1p(-u) / np.log1p(-self.step / self.average))
        return np.asarray(np.maximum(steps, 1.0) * self.step)

    def cdf(self, x: Floats) -> Floats:
        """Return 1 - (1 - p)^(whole steps in x)."""
        steps = np.floor(np.maximum(x, 0.0) / self.step)
        return np.asarray(1.0 - np.power(1.0 - self.step / self.average, steps))

    @property
    def mean(self) -> float:
        """The mean."""
        return self.average

    def __str__(self) -> str:
        return f"geometric(mean={self._show(self.average)}, step={self._show(self.step)})"
