"""How many impressions are on their way, over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from sim.analysis.bands import DAY
from sim.analysis.paired.scored_run import stored
from sim.analysis.report.asked import Asked, first
from sim.analysis.report.incident_marks import Mark, in_words, shared_marks
from sim.analysis.report.lines import Line
from sim.lazy import pd

Floats = NDArray[np.float64]
UNLEARNED = "staleness/unlearned/mean"


@dataclass(frozen=True)
class LinesInFlight:
    """Impressions under way by day."""

    about: str
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()

    @classmethod
    def of(cls, asked: Asked) -> Self:
        """Return how many impressions wait for the log."""
        shown = asked.shown.series
        records = [stored(one.contender.records[0]) for one in shown]
        traced = all(record.traced for record in records)
        lines = []
        for one, record in zip(shown, records, strict=True):
            curve = first(record.table("curve"))
            at, count = waiting(curve, first(record.table("impressions"))) if traced else unlearned(curve)
            lines.append(Line(one.name, one.place, at / DAY, count))
        what = "whose outcome, or its absence, is not in the log yet; one replication"
        if not traced:
            what = "whose outcome the serving version has not learnt; one replication, mean of each bucket"
        marks = shared_marks(records)
        about = " ".join(filter(None, (f"Impressions served {what}.", in_words(marks))))
        return cls(about, tuple(lines), marks)


def unlearned(curve: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return instants, and the impressions not learnt by then.

    Args:
        curve: of one replication; buckets without requests are left out.

    Returns:
        Seconds ``(k,)``, and means over the requests of each bucket ``(k,)``.
    """
    curve = curve.dropna(subset=[UNLEARNED])
    return curve["at"].to_numpy(dtype=float), curve[UNLEARNED].to_numpy(dtype=float)


def waiting(curve: pd.DataFrame, impressions: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return instants, and impressions not logged by then.

    Args:
        curve: of one replication, for the instants.
        impressions: its trace.

    Returns:
        Seconds ``(k,)``, and counts ``(k,)``.
    """
    at = curve["at"].to_numpy(dtype=float)
    served = np.sort(impressions["request_at"].to_numpy(dtype=float))
    arrived = np.sort(impressions["delivered_at"].dropna().to_numpy(dtype=float))
    return at, (np.searchsorted(served, at, "right") - np.searchsorted(arrived, at, "right")).astype(float)
