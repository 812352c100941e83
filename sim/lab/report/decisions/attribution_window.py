"""The decision on an attribution window."""

from __future__ import annotations

from functools import partial
from typing import Any

from sim.analysis.paired.comparison import Comparison
from sim.analysis.report.model import UNKNOWN, Answer, TextColumn
from sim.analysis.units import digits, p_value, span, with_interval
from sim.analysis.windows.grid import window_grid
from sim.analysis.windows.sentences import QUESTION
from sim.analysis.windows.study import WindowStudy, window_study
from sim.lab.report.charts import windows as charts
from sim.lab.report.decisions.base import Decision
from sim.scenario import Scenario

ABOUT = (
    "A point is a window. Above, what it costs beside the longest one: mean paired difference with its 95 % interval; "
    "full marks are windows that may be the best, hollow ones are known to be worse. A window that is too short loses "
    "credit (middle), one that is too long makes noes late (below)."
)


class AttributionWindow(Decision):
    """Regret against the attribution window."""

    name = "attribution_window"

    @classmethod
    def axes(cls, scenario: Scenario) -> dict[str, Any]:
        """Return the windows, and a start of scoring.

        Scoring begins when each window has closed once.
        """
        grid = window_grid(scenario)
        return {grid.key: grid.texts, "score_from": grid.settled}

    @classmethod
    def answer(cls, found: Comparison) -> Answer | None:
        """Return regret against the window, paired."""
        study = window_study(found.contenders, found.looks)
        if study is None:
            return None
        return Answer(
            cls.name, QUESTION, study.answer, _columns(study), study.table, ABOUT, partial(charts.draw, study)
        )


def _columns(study: WindowStudy) -> tuple[TextColumn, ...]:
    rows = [(curve, row) for curve in study.curves for row in curve.rows]
    more = [UNKNOWN if row is curve.rows[-1] else with_interval(row.more, row.half) for curve, row in rows]
    columns = [
        TextColumn("", tuple(curve.name for curve, _ in rows), words=True),
        TextColumn("window", tuple(row.text for _, row in rows)),
        TextColumn(study.words, tuple(digits(row.score) for _, row in rows)),
        TextColumn("difference to the longest", tuple(more)),
        TextColumn("p (Holm)", tuple(p_value(row.p) for _, row in rows), rank=1),
        TextColumn("may be best", tuple(row.may_be_best for _, row in rows), words=True),
        TextColumn("credited", tuple(_share(row.credited) for _, row in rows)),
        TextColumn("label age", tuple(span(row.label_age) for _, row in rows)),
    ]
    return tuple(columns if len(study.curves) > 1 else columns[1:])


def _share(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.1%}"
