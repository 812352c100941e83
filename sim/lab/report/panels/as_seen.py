"""What the dashboard shows of each day, beside the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.figure import Figure

from sim.analysis.as_seen.sentences import of_one, of_two, reading
from sim.analysis.as_seen.signs import signs
from sim.analysis.as_seen.triangle import LOOKS, Triangle, joined, triangle
from sim.analysis.bands import DAY, band
from sim.analysis.paired.contenders import Contender
from sim.lab.report.charts.style import PAGE, figure, heading, legend, styled
from sim.lab.report.palette import DASHES, LINES, Look
from sim.lab.report.panels._lines import Line, add_lines, over_days, top_of
from sim.lab.report.panels.base import Asked, Panel
from sim.lab.store.run_folder import record_of

Named = tuple[str, Triangle]
_TRUTH, _SEEN = Look("", width=2.2), Look("", DASHES[1], "s")
_BANDS = 4  # replications: the interval of fewer is wider than what it is about


@dataclass(frozen=True)
class AsSeen(Panel):
    """Rates by day, in truth and as seen."""

    title = "What does the dashboard hide?"
    order = 20
    lines: tuple[Line, ...]
    kind: str

    @classmethod
    def of(cls, asked: Asked) -> AsSeen | None:
        """Return the panel of the baseline and the next best."""
        first, *others = asked.shown.series
        pair = [first, *[one for one in others if _paired(first.contender, one.contender)][:1]]
        found = [(one.name, own) for one in pair if (own := triangle_of(one.contender)) is not None]
        known = len(found) == len(pair) and all(own.requests.any() for _, own in found)
        return cls.drawn(found) if known else None

    @classmethod
    def drawn(cls, found: Sequence[Named]) -> AsSeen:
        """Return the panel of one agent or two."""
        lines = [line for n, one in enumerate(found) for line in _lines(*one, n, alone=len(found) == 1)]
        return cls(" ".join(filter(None, about(found))), tuple(lines), found[0][1].kind)

    @styled
    def draw(self, title: str = "", width: float = PAGE) -> Figure:
        """Draw truth and dashboard over time."""
        made = figure(width)
        axes = made.subplots()
        lines = add_lines(axes, self.lines)
        axes.set_ylabel(f"{self.kind}s in 100 impressions")
        axes.set_ylim(0.0, 1.06 * top_of(self.lines))
        over_days(axes, self.lines)
        legend(made, lines, [one.name for one in self.lines])
        heading(made, title)
        return made


def _paired(one: Contender, other: Contender) -> bool:
    """Say whether two contenders share world and pairs."""
    runs = [[(run.config.seed, run.config.replications) for run in each.records] for each in (one, other)]
    return one.world == other.world and runs[0] == runs[1]


def triangle_of(one: Contender) -> Triangle | None:
    """Return a contender's triangle; None of older versions."""
    parts = [triangle(record_of(run).table("curve")) for run in one.records]
    known = [part for part in parts if part is not None]
    return joined(known) if len(known) == len(parts) else None


def about(found: Sequence[Named]) -> list[str]:
    """Return the sentences about one agent or two."""
    (name, first), *others = found
    if not others:
        return [of_one(first)]
    other, second = others[0]
    return of_two(first, signs(first, second), (name, other))


def _lines(name: str, found: Triangle, n: int, *, alone: bool) -> list[Line]:
    at = found.ends / DAY
    truth, half = band(100.0 * found.truth)
    seen = 100.0 * found.mean()[1][:, 0]
    lead, end = ("" if alone else f"{name}: "), "at the end of the day" if found.by_day else "at its end"
    styles = [replace(look, colour=LINES[n]) for look in (_TRUTH, _SEEN)]
    wide = half if len(found.truth) >= _BANDS else None
    lines = [Line(f"{lead}in truth", styles[0], at, truth, wide), Line(f"{lead}as seen {end}", styles[1], at, seen)]
    if alone and (told := reading(found)) is not None and told.look:
        later = 100.0 * found.mean()[1][:, told.look]
        name = f"as seen {list(LOOKS.values())[told.look]}"
        lines.insert(1, Line(name, replace(_SEEN, colour=LINES[2], dash=DASHES[2], marker="^"), at, later))
    return [one for one in lines if np.isfinite(one.values).any()]
