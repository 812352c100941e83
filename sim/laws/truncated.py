"""Truncated laws: F(x) / F(max) up to a maximum."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from sim.laws.arguments import Arguments
from sim.laws.base import Argument, Law
from sim.laws.nested import law_of


@dataclass(frozen=True)
class Truncated(Law):
    """``truncated(max=30d, law=exponential(mean=11d))``.

    This class only reads the text; the law truncates itself.
    """

    name: ClassVar[str] = "truncated"
    usage: ClassVar[str] = "max= and law="
    forms: ClassVar = ("max=duration, law=law",)

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Law:
        """Return the truncated law."""
        given = Arguments(cls, arguments, ("max", "law"))
        return law_of(cls, given, "law").truncate(given.seconds("max"))
