"""Delays that depend on how much an item is liked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Draw, Floats, Keys, Law, number
from sim.laws.nested import law_of
from sim.laws.pace import Pace

_MOST = 10.0  # log of a factor for each standard deviation


@dataclass(frozen=True)
class ByUtility(Law):
    """``by_utility(effect=-0.5, law=lognormal(median=20s, p95=5m))``.

    A drawn delay is multiplied by exp(effect z), where z is how much the user likes the item: its utility before
    satiation, less the log odds of its click rate, in standard deviations over users and items. With a negative effect,
    what is liked is answered sooner.

    ``cdf`` and ``mean`` are those of an item that is neither liked nor disliked: the law itself.
    """

    name: ClassVar[str] = "by_utility"
    usage: ClassVar[str] = "effect= and law="
    forms: ClassVar = ("effect=number, law=law",)
    effect: float
    law: Law

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> ByUtility:
        """Return the law."""
        given = Arguments(cls, arguments, ("effect", "law"))
        return cls(given.number("effect", -_MOST, _MOST), law_of(cls, given, "law"))

    def draw(self, keys: Keys, start: Floats, pace: Pace | None = None) -> Draw:
        """Draw at a pace that the liking changes."""
        if pace is None or pace.liking is None:
            return self.law.draw(keys, start, pace)
        return self.law.draw(keys, start, Pace(pace.factor * np.exp(self.effect * pace.liking), pace.liking))

    def cdf(self, x: Floats) -> Floats:
        """Return the share of the law itself."""
        return self.law.cdf(x)

    def delivered_cdf(self, x: Floats) -> Floats:
        """Return the share of the law itself."""
        return self.law.delivered_cdf(x)

    @property
    def mean(self) -> float:
        """The mean of the law itself."""
        return self.law.mean

    @property
    def delivered_mean(self) -> float:
        """The mean of the law itself."""
        return self.law.delivered_mean

    def truncate(self, maximum: float) -> Law:
        """Return the same of the truncated law.

        No delay is longer, whatever is liked.
        """
        return ByUtility(self.effect, self.law.truncate(maximum))

    def __str__(self) -> str:
        return f"by_utility(effect={number(self.effect)}, law={self.law})"
