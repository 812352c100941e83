"""The decision on an attribution window."""

from __future__ import annotations

from functools import partial
from typing import Any

from sim.analysis.paired.comparison import Comparison
from sim.analysis.report.model import Answer
from sim.analysis.windows.columns import columns
from sim.analysis.windows.grid import window_grid
from sim.analysis.windows.sentences import QUESTION
from sim.analysis.windows.study import window_study
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
        return Answer(cls.name, QUESTION, study.answer, columns(study), study.table, ABOUT, partial(charts.draw, study))
