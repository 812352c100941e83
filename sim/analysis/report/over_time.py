"""Regret and staleness over time, as lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from sim.analysis.bands import band, binned
from sim.analysis.paired.scored_run import stored
from sim.analysis.report.asked import Asked
from sim.analysis.report.incident_marks import Mark, in_words, marks_of, shared_marks
from sim.analysis.report.lines import BASELINE, Line
from sim.analysis.score import AGE, REGRET
from sim.analysis.warm_up import warm_up_hint
from sim.lazy import pd
from sim.scenario.incidents import Event

MODEL_AGE = "staleness/model_age/mean"
BANDS = 4  # replications: the interval of fewer is wider than what it is about
_ALL_BANDED = 4  # lines; of more only the best have bands, which would hide each other
_BEST = 3
_AGE = "Below, the age of the data that serve: it grows by a second a second and falls when a version goes live."


@dataclass(frozen=True)
class LinesOverTime:
    """Regret, and ages in seconds, by time in days."""

    about: str
    regret: tuple[Line, ...]
    ages: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()

    @classmethod
    def of(cls, asked: Asked) -> Self:
        """Return regret and data age over time."""
        shown = asked.shown.series
        best = sorted(one.contender.mean for one in shown)[: _ALL_BANDED if len(shown) <= _ALL_BANDED else _BEST]
        regret: list[Line] = []
        ages: list[Line] = []
        banded = []
        curves = [[stored(run).table("curve") for run in one.contender.records] for one in shown]
        for one, own in zip(shown, curves, strict=True):
            at, (losses, staleness) = binned(own, (REGRET, AGE))
            wide = one.contender.mean in best and len(losses) >= BANDS
            for lines, values in ((regret, losses), (ages, staleness)):
                middle, half = band(values)
                lines.append(Line(one.name, one.place, at, middle, half if wide else None))
            banded += [one.name] if wide else []
        some = "" if len(banded) == len(shown) else f" of {'; '.join(banded)}"
        bands = f"Shaded: 95 % intervals{some}." if banded else f"No intervals: they need {BANDS} replications."
        warm_up = warm_up_hint(curve for own in curves for curve in own)
        marks = shared_marks([one.contender.records[0] for one in shown])
        parts = (bands, _AGE, in_words(marks), f"Hint: {warm_up}." if warm_up else "")
        return cls(" ".join(filter(None, parts)), tuple(regret), tuple(ages), marks)

    @classmethod
    def of_curve(cls, curve: pd.DataFrame, incidents: Iterable[Event] = ()) -> Self:
        """Return the lines of the curve of `sim.simulation.Run`."""
        at, (regret, data, model) = binned([curve], (REGRET, AGE, MODEL_AGE))
        told = (("regret", BASELINE, regret), ("data age", 0, data), ("model age", 1, model))
        above, *below = (Line(name, place, at, *band(values)) for name, place, values in told)
        return cls("", (above,), tuple(below), marks_of(incidents))
