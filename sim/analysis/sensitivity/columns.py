"""Worlds of a sensitivity analysis as columns of text."""

from __future__ import annotations

from sim.analysis.report.model import TextColumn
from sim.analysis.sensitivity.swings import Sensitivity, verdict
from sim.analysis.units import with_interval

CENTRE = "as it is"


def columns(found: Sensitivity) -> list[TextColumn]:
    """Return the columns: a row per world."""
    swings = found.swings
    by = [with_interval(one.by, one.half, places=3) for one in swings]
    worlds = [found.centre, *(end for one in swings for end in (one.low, one.high))]
    return [
        TextColumn("unknown", (CENTRE, *(cell for one in swings for cell in (one.range.name, ""))), words=True),
        TextColumn("is", ("", *(end for one in swings for end in (one.range.low, one.range.high))), words=True),
        TextColumn("B less A", tuple(with_interval(one.behind, one.half, places=3) for one in worlds)),
        TextColumn("verdict", tuple(verdict(one) for one in worlds), words=True),
        TextColumn("turns it", ("", *(cell for one in swings for cell in (one.turns, ""))), words=True),
        TextColumn("moves by", ("", *(cell for one in by for cell in (one, ""))), rank=1),
    ]
