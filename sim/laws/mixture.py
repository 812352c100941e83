"""Mixtures of several laws."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from sim.draws import child, uniform
from sim.laws.base import Argument, Draw, Floats, Keys, Law, number
from sim.laws.nested import as_law
from sim.laws.pace import Pace


@dataclass(frozen=True)
class Mixture(Law):
    """``mixture(0.43: exponential(mean=40m), 0.57: exponential(mean=11d))``."""

    name: ClassVar[str] = "mixture"
    usage: ClassVar[str] = "weight: law, weight: law, ..."
    forms: ClassVar = ("positive: law, ...",)
    weights: tuple[float, ...]
    laws: tuple[Law, ...]

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Mixture:
        """Return the law."""
        laws = tuple(law for a in arguments if (law := as_law(a)) is not None)
        weights = tuple(a.key for a in arguments if isinstance(a.key, float))
        if not arguments or not len(laws) == len(weights) == len(arguments):
            raise ValueError(f"mixture takes {cls.usage}")
        if min(weights) <= 0 or abs(sum(weights) - 1.0) > 1e-9:
            raise ValueError(f"mixture: the weights must be above 0 and add up to 1, not {sum(weights):.12g}")
        return cls(weights, laws)

    def draw(self, keys: Keys, start: Floats, pace: Pace | None = None) -> Draw:
        """Draw the component (lane 0), then the delay (its lane)."""
        which = np.searchsorted(np.cumsum(self.weights)[:-1], uniform(keys, 0), side="right")
        columns = np.empty((3, *np.shape(start)))
        for n, law in enumerate(self.laws):
            mine = which == n
            if mine.any():
                own = None if pace is None else pace.take(mine)
                columns[:, mine] = law.draw(child(keys[mine], n + 1), start[mine], own)
        return Draw(*columns)

    def cdf(self, x: Floats) -> Floats:
        """Return the weighted sum."""
        return np.asarray(sum(w * law.cdf(x) for w, law in zip(self.weights, self.laws, strict=True)))

    def cdf_at(self, x: Floats, factor: Floats) -> Floats:
        """Return the weighted sum."""
        return np.asarray(sum(w * law.cdf_at(x, factor) for w, law in zip(self.weights, self.laws, strict=True)))

    def delivered_cdf(self, x: Floats) -> Floats:
        """Return the weighted sum."""
        return np.asarray(sum(w * law.delivered_cdf(x) for w, law in zip(self.weights, self.laws, strict=True)))

    @property
    def delivered_mean(self) -> float:
        """The weighted mean."""
        return float(sum(w * law.delivered_mean for w, law in zip(self.weights, self.laws, strict=True)))

    @property
    def mean(self) -> float:
        """The weighted mean."""
        return float(sum(w * law.mean for w, law in zip(self.weights, self.laws, strict=True)))

    def truncate(self, maximum: float) -> Law:
        """Return the mixture of the truncated laws.

        The new weights are proportional to each component's share below the maximum.
        """
        below = [w * float(law.cdf(np.array(maximum))) for w, law in zip(self.weights, self.laws, strict=True)]
        total = sum(below)
        parts = [(b / total, law.truncate(maximum)) for b, law in zip(below, self.laws, strict=True) if b > 0]
        if not parts:
            raise ValueError(f"truncated: no delay of {self} is within max={self._show(maximum)}")
        return Mixture(tuple(w for w, _ in parts), tuple(law for _, law in parts))

    def __str__(self) -> str:
        parts = (f"{number(w)}: {law}" for w, law in zip(self.weights, self.laws, strict=True))
        return f"mixture({', '.join(parts)})"
