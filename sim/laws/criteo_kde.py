"""Criteo's delays of conversions, by their published density."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from sim.laws._criteo import two_exponentials
from sim.laws.base import Argument, Law


@dataclass(frozen=True)
class CriteoKde(Law):
    """``criteo_kde()``: Criteo's conversions, by a published density.

    It is ``mixture(0.2496: exponential(mean=0.159h), 0.7504: exponential(mean=239.6h))`` within 30 days, a fit to the
    density that the code of Vernade et al. 2020 ships (https://arxiv.org/abs/1807.02089): F(1 h) = .24 there and .26
    here, F(1 d) = .35 and .33, F(14 d) = .82 and .85. ``criteo_c14()`` is another fit to the same log, and differs.
    """

    name: ClassVar[str] = "criteo_kde"
    usage: ClassVar[str] = "no arguments"
    forms: ClassVar = ("",)

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Law:
        """Return the law."""
        return two_exponentials(cls, arguments, 0.2496, 572.4, 862_560.0)
