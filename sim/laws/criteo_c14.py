"""Criteo's delays of conversions, by their published quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from sim.laws._criteo import two_exponentials
from sim.laws.base import Argument, Law


@dataclass(frozen=True)
class CriteoC14(Law):
    """``criteo_c14()``: Criteo's conversions, by published quantiles.

    It is ``mixture(0.4319: exponential(mean=0.674h), 0.5681: exponential(mean=271.6h))`` within 30 days, which has the
    quantiles of Chapelle 2014, F(1 h) = .35, F(24 h) = .50 and F(14 d) = .87
    (https://doi.org/10.1145/2623330.2623634). ``criteo_kde()`` is another fit to the same log, and differs.
    """

    name: ClassVar[str] = "criteo_c14"
    usage: ClassVar[str] = "no arguments"
    forms: ClassVar = ("",)

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Law:
        """Return the law."""
        return two_exponentials(cls, arguments, 0.4319, 2_426.4, 977_760.0)
