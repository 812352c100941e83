"""Impressions whose outcome is not known yet, over time."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.figure import Figure

from sim.analysis.bands import DAY
from sim.analysis.report.in_flight import unlearned, waiting
from sim.analysis.report.incident_marks import Mark, in_words, shared_marks
from sim.lab.report.charts.style import styled
from sim.lab.report.panels._incidents import add_marks
from sim.lab.report.panels._lines import Line, over_days, single, top_of
from sim.lab.report.panels.base import Asked, Panel
from sim.lab.report.selection import first
from sim.lab.store.run_folder import TRACE, record_of


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
        lines = []
        for one, record in zip(shown, records, strict=True):
            curve = first(record.table("curve"))
            at, count = waiting(curve, first(record.table("impressions"))) if traced else unlearned(curve)
            lines.append(Line(one.name, one.look, at / DAY, count))
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
