"""Rates as seen and in truth, as lines over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from sim.analysis.as_seen.sentences import of_one, of_two, reading
from sim.analysis.as_seen.signs import signs
from sim.analysis.as_seen.triangle import LOOKS, Triangle, joined, triangle
from sim.analysis.bands import DAY, band
from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.scored_run import stored
from sim.analysis.report.asked import Asked
from sim.analysis.report.lines import LATER, SEEN, TRUTH, Line

Named = tuple[str, Triangle]
_BANDS = 4  # replications: the interval of fewer is wider than what it is about


@dataclass(frozen=True)
class LinesAsSeen:
    """Rates by day, in truth and as seen."""

    about: str
    lines: tuple[Line, ...]
    kind: str

    @classmethod
    def of(cls, asked: Asked) -> Self | None:
        """Return the lines of the baseline and the next best."""
        first, *others = asked.shown.series
        pair = [first, *[one for one in others if _paired(first.contender, one.contender)][:1]]
        found = [(one.name, own) for one in pair if (own := triangle_of(one.contender)) is not None]
        known = len(found) == len(pair) and all(own.requests.any() for _, own in found)
        return cls.drawn(found) if known else None

    @classmethod
    def drawn(cls, found: Sequence[Named]) -> Self:
        """Return the lines of one agent or two."""
        lines = [line for n, one in enumerate(found) for line in _lines(*one, n, alone=len(found) == 1)]
        bands = "Shaded: 95 % intervals of the truth." if any(line.half is not None for line in lines) else ""
        return cls(" ".join(filter(None, (*_about(found), bands))), tuple(lines), found[0][1].kind)


def _paired(one: Contender, other: Contender) -> bool:
    """Say whether two contenders share world and pairs."""
    runs = [[(run.config.seed, run.config.replications) for run in each.records] for each in (one, other)]
    return one.world == other.world and runs[0] == runs[1]


def triangle_of(one: Contender) -> Triangle | None:
    """Return a contender's triangle; None of older versions."""
    parts = [triangle(stored(run).table("curve")) for run in one.records]
    known = [part for part in parts if part is not None]
    return joined(known) if len(known) == len(parts) else None


def _about(found: Sequence[Named]) -> list[str]:
    """Return the sentences about one agent or two."""
    (name, first), *others = found
    if not others:
        return [of_one(first)]
    other, second = others[0]
    return of_two(first, signs(first, second), (name, other))


def _lines(name: str, found: Triangle, n: int, *, alone: bool) -> list[Line]:
    at = found.ends / DAY
    truth, half = band(100.0 * found.truth)
    seen = 100.0 * found.mean()[1]
    lead, end = ("" if alone else f"{name}: "), "at the end of the day" if found.by_day else "at its end"
    wide = half if len(found.truth) >= _BANDS else None
    lines = [
        Line(f"{lead}in truth", n, at, truth, wide, TRUTH),
        Line(f"{lead}as seen {end}", n, at, seen[:, 0], kind=SEEN),
    ]
    if alone and (told := reading(found)) is not None and told.look:
        later = f"as seen {list(LOOKS.values())[told.look]}"
        lines.insert(1, Line(later, 2, at, seen[:, told.look], kind=LATER))
    return [one for one in lines if np.isfinite(one.values).any()]
