"""Colours, and how lines differ beyond them.

Lines and marks have a contrast of at least 3:1 on white (WCAG 2.2, 1.4.11); fills stand under black words. Colours
are those of Okabe & Ito (https://jfly.uni-koeln.de/color/) and Tol (https://sronpersonalpages.nl/~pault/) that do.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.analysis.fresh_features import FEATURES, MODEL
from sim.analysis.paired.decisions import UNDECIDED
from sim.analysis.paired.verdict_map import BATCH, NOT_GUARANTEED, ONLINE, PUSHED
from sim.analysis.rules.verdicts import BREAKS, HOLDS

INK, SOFT, GREY = "#1a1a1a", "#5c5c5c", "#767676"
BLUE, VERMILLION, GREEN, PURPLE, OCHRE, INDIGO, WINE, BROWN = LINES = (
    "#0072B2", "#D55E00", "#00875F", "#AA4499", "#997700", "#332288", "#882255", "#5D3A1A",
)  # fmt: skip
MARK = "#F0E442"  # of bands of time, behind lines
FILLS = {
    ONLINE: "#56B4E9", BATCH: "#E69F00", PUSHED: "#CC79A7", HOLDS: "#56B4E9", BREAKS: "#E69F00",
    MODEL: "#56B4E9", FEATURES: "#E69F00", UNDECIDED: "#E8E8E8", NOT_GUARANTEED: "#FFFFFF",
}  # fmt: skip
DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (7, 2, 1.5, 2)), (0, (10, 3)))
MARKERS = ("o", "s", "^", "v", "P", "X")

Dash = str | tuple[int, tuple[float, ...]]


@dataclass(frozen=True)
class Look:
    """How a line looks in every figure."""

    colour: str
    dash: Dash = "-"  # as matplotlib has it
    marker: str = "o"
    width: float = 1.6  # in points


BASELINE = Look("#000000", marker="D", width=2.2)


def look(n: int) -> Look:
    """Return the look of the n-th of several lines.

    That of the baseline is number -1.

    >>> len({(look(n).colour, look(n).dash) for n in range(35)})
    35
    """
    if n < 0:
        return BASELINE
    turn = n + n // len(LINES)
    return Look(LINES[n % len(LINES)], DASHES[turn % len(DASHES)], MARKERS[turn % len(MARKERS)])
