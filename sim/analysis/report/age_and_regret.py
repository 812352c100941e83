"""Regret against staleness, as points."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from sim.analysis.pareto import pareto
from sim.analysis.report.asked import Asked


@dataclass(frozen=True)
class Point:
    """A contender; its name is empty outside the legend."""

    age: float
    regret: float
    name: str
    place: int | None  # among those of different colours; None: grey


@dataclass(frozen=True)
class AgeAndRegret:
    """Regret against staleness in seconds; ``front`` is the Pareto front."""

    about: str
    points: tuple[Point, ...]
    front: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, asked: Asked) -> Self:
        """Return a point for each contender of the worlds drawn."""
        shown = asked.shown
        named = {id(one.contender) for one in shown.series}
        behind = [one for world in shown.worlds for one in world.contenders if id(one) not in named]
        drawn = [*((one, "", None) for one in behind), *((one.contender, one.name, one.place) for one in shown.series)]
        points = [
            Point(age, one.mean, name, place)
            for one, name, place in drawn
            if (age := one.scores.data_age) is not None and math.isfinite(one.mean)
        ]
        best = pareto([(one.age, one.regret) for one in points]) if len(shown.worlds) == 1 else []
        about = ["Lower left is better."]
        if len(best) > 1:
            about.append("No other setting has both less regret and fresher data than those on the dotted line.")
        elif best:
            about += [f"{one.name} has both the least regret and the freshest data." for one in points if one.name
                      and (one.age, one.regret) == best[0]]  # fmt: skip
        if behind:
            about.append("Grey: settings that are not in the legend.")
        return cls(" ".join(about), tuple(points), tuple(best))
