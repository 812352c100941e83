"""Worlds of a sensitivity analysis as columns of text."""

from __future__ import annotations

from sim.analysis.report.columns import Column
from sim.analysis.sensitivity.swings import Sensitivity, verdict
from sim.analysis.units import with_interval

CENTRE = "as it is"


def columns(found: Sensitivity) -> list[Column]:
    """Return the columns: a row per world."""
    swings = found.swings
    by = [with_interval(one.by, one.half, places=3) for one in swings]
    worlds = [found.centre, *(end for one in swings for end in (one.low, one.high))]
    return [
        Column("unknown", (CENTRE, *(cell for one in swings for cell in (one.range.name, "")))),
        Column("is", ("", *(end for one in swings for end in (one.range.low, one.range.high)))),
        Column("B less A", tuple(with_interval(one.behind, one.half, places=3) for one in worlds), right=True),
        Column("verdict", tuple(verdict(one) for one in worlds)),
        Column("turns it", ("", *(cell for one in swings for cell in (one.turns, "")))),
        Column("moves by", ("", *(cell for one in by for cell in (one, ""))), right=True, rank=1),
    ]
