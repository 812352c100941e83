"""File drops: events are delivered at multiples of a period."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from sim.draws import child
from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Draw, Floats, Keys, Law
from sim.laws.instants import PER_SECOND, interval, microseconds
from sim.laws.nested import law_of
from sim.laws.pace import Pace

_STEPS = (np.arange(1024) + 0.5) / 1024  # of a period: the midpoint rule also works for laws with steps


@dataclass(frozen=True)
class Released(Law):
    """``released(every=1h, law=exponential(mean=10m))``.

    The event happens after the law's delay (at once without a law) and is delivered at the first
    multiple of ``every`` strictly after it. ``every`` is a whole number of microseconds.
    """

    name: ClassVar[str] = "released"
    usage: ClassVar[str] = "every= and law= (default: no delay)"
    forms: ClassVar = ("every=duration", "every=duration, law=law")
    every: float
    law: Law | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "every", interval(self.every, "released: every"))

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Released:
        """Return the law."""
        given = Arguments(cls, arguments, ("every", "law"))
        return cls(given.seconds("every"), law_of(cls, given, "law") if given.has("law") else None)

    def draw(self, keys: Keys, start: Floats, pace: Pace | None = None) -> Draw:
        """Draw the event, then compute the next file drop."""
        if self.law is None:
            delay, event_at = np.zeros(np.shape(start)), start
        else:
            delay, event_at, _ = self.law.draw(child(keys, 1), start, pace)
        happens = np.isfinite(event_at)
        finite = np.where(happens, event_at, 0.0)
        drop = np.floor(finite / self.every) + 1.0
        # rounding may have moved the quotient past a whole number, up or down
        drop = np.where(self._instant(drop) > finite, drop, drop + 1.0)
        drop = np.where(self._instant(drop - 1.0) > finite, drop - 1.0, drop)
        return Draw(delay, event_at, np.where(happens, self._instant(drop), np.inf))

    def _instant(self, drop: Floats) -> Floats:
        return drop * microseconds(self.every) / PER_SECOND

    def cdf(self, x: Floats) -> Floats:
        """Return the share of events up to x, without drops."""
        return np.where(np.asarray(x) >= 0, 1.0, 0.0) if self.law is None else self.law.cdf(x)

    def cdf_at(self, x: Floats, factor: Floats) -> Floats:
        """Return the share of the multiplied delays, without drops."""
        return self.cdf(x / factor) if self.law is None else self.law.cdf_at(x, factor)

    @property
    def mean(self) -> float:
        """The mean delay of the event, without file drops."""
        return 0.0 if self.law is None else self.law.mean

    def delivered_cdf(self, x: Floats) -> Floats:
        """Return the share delivered within x, ``(n,)``.

        It is the mean of the events' cdf over the last period.
        """
        x = np.asarray(x, dtype=np.float64)
        if self.law is None:
            return np.clip(x / self.every, 0.0, 1.0)
        at = x[..., None] - self.every * _STEPS
        return np.asarray(np.where(at >= 0.0, self.law.cdf(np.maximum(at, 0.0)), 0.0).mean(axis=-1))

    @property
    def delivered_mean(self) -> float:
        """The mean delay of the event plus half a period."""
        return self.mean + self.every / 2.0

    def truncate(self, maximum: float) -> Law:
        """Return the same file drops for truncated events."""
        return self if self.law is None else Released(self.every, self.law.truncate(maximum))

    def __str__(self) -> str:
        law = "" if self.law is None else f", law={self.law}"
        return f"released(every={self._show(self.every)}{law})"
