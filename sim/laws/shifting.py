"""Delays whose law changes at an instant."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Draw, Floats, Keys, Law
from sim.laws.instants import whole
from sim.laws.nested import law_of
from sim.laws.pace import Pace


def at_any_time(law: Law) -> tuple[Law, ...]:
    """Return a law and the laws within it.

    Those that hold at one time or another.
    """
    return law, *(own for part in law.parts() if isinstance(part, Shifting) for own in (part.before, part.after))


@dataclass(frozen=True)
class Shifting(Law):
    """``shifting(at=10d, before=exponential(mean=1d), after=exponential(mean=4d))``.

    One law for delays that run from an instant before ``at``, another for those that run from ``at`` or later.

    ``cdf`` and ``mean`` are those of the law before.
    """

    name: ClassVar[str] = "shifting"
    usage: ClassVar[str] = "at=, before= and after="
    forms: ClassVar = ("at=wait, before=law, after=law",)
    at: float
    before: Law
    after: Law

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Shifting:
        """Return the law."""
        given = Arguments(cls, arguments, ("at", "before", "after"))
        at = whole(given.seconds("at", positive=False))
        return cls(at, law_of(cls, given, "before"), law_of(cls, given, "after"))

    def draw(self, keys: Keys, start: Floats, pace: Pace | None = None) -> Draw:
        """Draw by the law of each start.

        From the same uniforms.
        """
        columns = np.empty((3, *np.shape(start)))
        later = start >= self.at
        for law, mine in ((self.before, ~later), (self.after, later)):
            if mine.any():
                own = None if pace is None else pace.take(mine)
                columns[:, mine] = law.draw(keys[mine], start[mine], own)
        return Draw(*columns)

    def cdf(self, x: Floats) -> Floats:
        """Return the share of the law before."""
        return self.before.cdf(x)

    def delivered_cdf(self, x: Floats) -> Floats:
        """Return the share of the law before."""
        return self.before.delivered_cdf(x)

    @property
    def mean(self) -> float:
        """The mean of the law before."""
        return self.before.mean

    @property
    def delivered_mean(self) -> float:
        """The mean of the law before."""
        return self.before.delivered_mean

    def truncate(self, maximum: float) -> Law:
        """Return both laws truncated."""
        return Shifting(self.at, self.before.truncate(maximum), self.after.truncate(maximum))
