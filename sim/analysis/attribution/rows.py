"""An attribution as rows of text, with bars."""

from __future__ import annotations

from sim.analysis.attribution.attribute import Attribution
from sim.analysis.attribution.sentences import places
from sim.analysis.attribution.twins import CAUSES
from sim.analysis.units import estimated

HEADINGS = ("cause", "part of the score", "share", "", "if fixed alone", "part per request")
_WIDTH = 16  # cells of the longest bar


def rows(found: Attribution) -> list[tuple[str, ...]]:
    """Return a row per cause."""
    measure, rate, digits = found.split, found.beside, places(found.score)
    longest, total = max(abs(part.mean) for part in measure.parts.values()), measure.total.mean
    return [
        (
            cause,
            estimated(part, digits),
            f"{round(100.0 * part.mean / total)} %" if total > 0 else "-",
            bar(part.mean, longest) if cause in found.varied else "no effect here",
            estimated(measure.alone[cause], digits),
            "-" if rate is None else estimated(rate.parts[cause]),
        )
        for cause, part in ((cause, measure.parts[cause]) for cause in CAUSES)
    ]


def bar(value: float, longest: float) -> str:
    """Return a bar; gains are hatched.

    >>> bar(2.0, 4.0), bar(-1.0, 4.0), bar(0.0, 0.0)
    ('████████', '▒▒▒▒', '')
    """
    return ("█" if value > 0 else "▒") * (round(_WIDTH * abs(value) / longest) if longest else 0)
