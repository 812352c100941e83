"""Regret and staleness over time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from sim.analysis.bands import band, binned
from sim.analysis.report.incident_marks import Mark, in_words, marks_of, shared_marks
from sim.analysis.score import REGRET, WORDS
from sim.analysis.warm_up import warm_up_hint
from sim.lab.report.charts.style import PAGE, durations, figure, heading, legend, styled
from sim.lab.report.palette import BASELINE, look
from sim.lab.report.panels._incidents import add_marks
from sim.lab.report.panels._lines import Line, add_lines, over_days, top, top_of
from sim.lab.report.panels.base import Asked, Panel
from sim.lab.report.selection import AGE
from sim.lab.store.run_folder import record_of
from sim.lazy import pd
from sim.scenario.incidents import Event

MODEL_AGE = "staleness/model_age/mean"
BANDS = 4  # replications: the interval of fewer is wider than what it is about
_ALL_BANDED = 4  # lines; of more only the best have bands, which would hide each other
_BEST = 3
_AGE = "Below, the age of the data that serve: it grows by a second a second and falls when a version goes live."
_ONE_RUN = 7.5  # inches


@dataclass(frozen=True)
class OverTime(Panel):
    """Regret, and ages in seconds, by time in days."""

    title = "Regret and staleness over time"
    order = 10
    regret: tuple[Line, ...]
    ages: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()

    @classmethod
    def of(cls, asked: Asked) -> OverTime:
        """Return regret and data age over time."""
        shown = asked.shown.series
        best = sorted(one.contender.mean for one in shown)[: _ALL_BANDED if len(shown) <= _ALL_BANDED else _BEST]
        regret: list[Line] = []
        ages: list[Line] = []
        banded = []
        for one in shown:
            records = [record_of(run) for run in one.contender.records]
            at, (losses, staleness) = binned([record.table("curve") for record in records], (REGRET, AGE))
            wide = one.contender.mean in best and len(losses) >= BANDS
            for lines, values in ((regret, losses), (ages, staleness)):
                middle, half = band(values)
                lines.append(Line(one.name, one.look, at, middle, half if wide else None))
            banded += [one.name] if wide else []
        some = "" if len(banded) == len(shown) else f" of {'; '.join(banded)}"
        bands = f"Shaded: 95 % intervals{some}." if banded else f"No intervals: they need {BANDS} replications."
        warm_up = warm_up_hint(record_of(run).table("curve") for one in shown for run in one.contender.records)
        marks = shared_marks([record_of(one.contender.records[0]) for one in shown])
        parts = (bands, _AGE, in_words(marks), f"Hint: {warm_up}." if warm_up else "")
        return cls(" ".join(filter(None, parts)), tuple(regret), tuple(ages), marks)

    @styled
    def draw(self, title: str = "", width: float = PAGE) -> Figure:
        """Draw regret and staleness with 95 % bands.

        Ages of other names than the lines of regret get a legend of their own.
        """
        made = figure(width, 0.62 * width + 1.4)
        above, below = made.subplots(2, 1, sharex=True, height_ratios=[3, 2])
        lines, ages = add_lines(above, self.regret), add_lines(below, self.ages)
        same = _names(self.regret) == _names(self.ages)
        above.set_ylabel(WORDS)
        above.set_ylim(0.0, top(np.concatenate([one.values for one in self.regret]), above.get_ylim()[1]))
        below.set_ylabel("age of the serving data" if same else "staleness")
        durations(below, "y", 1.15 * top_of(self.ages))
        over_days(below, self.regret)
        add_marks(above, self.marks, named=True)
        add_marks(below, self.marks)
        legend(made, lines if same else ages, _names(self.ages))
        heading(made, title)
        return made


def _names(lines: Sequence[Line]) -> list[str]:
    return [one.name for one in lines]


def plot(curve: pd.DataFrame, title: str, incidents: Iterable[Event] = ()) -> Figure:
    """Draw the curve of `sim.simulation.Run` over time."""
    at, (regret, data, model) = binned([curve], (REGRET, AGE, MODEL_AGE))
    looks = (("regret", BASELINE, regret), ("data age", look(0), data), ("model age", look(1), model))
    above, *below = (Line(name, style, at, *band(values)) for name, style, values in looks)
    return OverTime("", (above,), tuple(below), marks_of(incidents)).draw(title, _ONE_RUN)
