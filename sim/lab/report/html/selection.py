"""Which contenders are drawn, and how each one looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.analysis.paired.comparison import Comparison, World
from sim.analysis.paired.contenders import Contender
from sim.analysis.settings import told
from sim.lab.report.html.markup import Safe, join, tag
from sim.lab.report.html.plot import SHAPES, Style, drawing, mark

MOST = 7
_FEW = 6  # a setting of more levels is not shown level by level
# Okabe & Ito's colours, told apart with any colour vision: https://jfly.uni-koeln.de/color/ (their yellow is too pale)
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_DASHES = (None, "7 3", "2 2.5", "9 3 2 3", "12 4", "5 2 1 2 1 2")
_BASELINE = Style("#000000", None, SHAPES[3], 2.6)


@dataclass(frozen=True)
class Drawn:
    """A contender in the figures."""

    contender: Contender
    name: str
    style: Style


def drawn(found: Comparison, most: int = MOST) -> list[Drawn]:
    """Return the baselines, the best contender of each level of each setting, and the best of the rest.

    Every world has its turn.

    Args:
        found: what is compared.
        most: how many are drawn at most.
    """
    bases = [world.contenders[world.baseline] for world in found.worlds][:most]
    rows = [[one for one in _order(found, world) if not _among(one, bases)] for world in found.worlds]
    rest = [row[turn] for turn in range(most) for row in rows if turn < len(row)]
    single = len(found.worlds) == 1
    return [
        Drawn(one, found.label(one), _BASELINE if single and n == 0 else style(n - single))
        for n, one in enumerate([*bases, *rest][:most])
    ]


def _order(found: Comparison, world: World) -> list[Contender]:
    """Return the contenders of a world, the best of each level of a setting first."""
    ranked = [one for one, _ in world.ranked()]
    few = [name for name in found.names if len({told(one.settings, name) for one in ranked}) <= _FEW]
    seen: set[tuple[str, str]] = set()
    ahead: list[Contender] = []
    after: list[Contender] = []
    for one in ranked:
        levels = {(name, told(one.settings, name)) for name in few}
        (after if levels <= seen else ahead).append(one)
        seen |= levels
    return ahead + after


def _among(one: Contender, others: list[Contender]) -> bool:
    return any(one is other for other in others)


def style(n: int) -> Style:
    """Return the look of the n-th of several lines."""
    return Style(_COLOURS[n % 6], _DASHES[(n + n // 6) % 6], SHAPES[(n + n // 6) % 6])


def legend(shown: list[Drawn], found: Comparison) -> Safe:
    """Return the names of the contenders beside samples of their lines."""
    bases = [world.contenders[world.baseline] for world in found.worlds]
    notes = [" (baseline)" if _among(one.contender, bases) else "" for one in shown]
    return legend_of([(one.name + note, one.style) for one, note in zip(shown, notes, strict=True)])


def legend_of(entries: Sequence[tuple[str, Style]], lines: bool = True, marks: bool = True) -> Safe:
    """Return names beside samples of their looks.

    Args:
        entries: names and looks.
        lines: show the line.
        marks: show the marker.
    """
    return tag("ul", *(_entry(name, look, lines, marks) for name, look in entries), class_="legend")


def _entry(name: str, look: Style, lines: bool, marks: bool) -> Safe:
    line = tag("line", x1=1, x2=43, y1=8, y2=8, stroke=look.colour, stroke_width=look.width,
               stroke_dasharray=look.dash)  # fmt: skip
    parts = [line] * lines + [mark(22, 8, look)] * marks
    return tag("li", drawing(join(parts), name, 16, 44), tag("span", name))
