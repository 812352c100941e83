"""Impressions whose outcome is not known yet, over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from sim.analysis.bands import DAY
from sim.analysis.report.incident_marks import Mark, in_words, shared_marks
from sim.lab.report.charts.style import styled
from sim.lab.report.panels._incidents import add_marks
from sim.lab.report.panels._lines import Floats, Line, over_days, single, top_of
from sim.lab.report.panels.base import Asked, Panel
from sim.lab.report.selection import first
from sim.lab.store.run_folder import TRACE, Record, record_of

UNLEARNED = "staleness/unlearned/mean"


@dataclass(frozen=True)
class InFlight(Panel):
    """Impressions under way by day."""

    title = "Feedback in flight"
    order = 50
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()

    @classmethod
    def of(cls, asked: Asked) -> InFlight:
        """Return how many impressions wait for the log."""
        shown = asked.shown.series
        records = [record_of(one.contender.records[0]) for one in shown]
        traced = all((record.folder / TRACE[1]).is_file() for record in records)
        count = _waiting if traced else _unlearned
        lines = [Line(one.name, one.look, *count(record)) for one, record in zip(shown, records, strict=True)]
        what = "whose outcome, or its absence, is not in the log yet; one replication"
        if not traced:
            what = "whose outcome the serving version has not learnt; one replication, mean of each bucket"
        marks = shared_marks(records)
        about = " ".join(filter(None, (f"Impressions served {what}.", in_words(marks))))
        return cls(about, tuple(lines), marks)

    @styled
    def draw(self) -> Figure:
        """Return how many impressions are under way over time."""
        made, axes = single(self.lines)
        axes.set_ylabel("impressions under way")
        axes.set_ylim(0.0, 1.06 * top_of(self.lines))
        over_days(axes, self.lines)
        add_marks(axes, self.marks, named=True)
        return made


def _unlearned(record: Record) -> tuple[Floats, Floats]:
    curve = first(record.table("curve")).dropna(subset=[UNLEARNED])  # without requests nothing is known
    return curve["at"].to_numpy(dtype=float) / DAY, curve[UNLEARNED].to_numpy(dtype=float)


def _waiting(record: Record) -> tuple[Floats, Floats]:
    """Return how many served impressions are not in the log."""
    at = first(record.table("curve"))["at"].to_numpy(dtype=float)
    trace = first(record.table("impressions"))
    served = np.sort(trace["request_at"].to_numpy(dtype=float))
    arrived = np.sort(trace["delivered_at"].dropna().to_numpy(dtype=float))
    return at / DAY, (np.searchsorted(served, at, "right") - np.searchsorted(arrived, at, "right")).astype(float)
