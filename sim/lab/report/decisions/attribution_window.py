"""The decision on an attribution window."""

from __future__ import annotations

from functools import partial
from typing import Any

from sim.analysis.decision import Decision
from sim.analysis.paired.comparison import Comparison
from sim.analysis.report.model import Answered
from sim.analysis.windows.answer import answer_of
from sim.analysis.windows.grid import window_grid
from sim.analysis.windows.study import window_study
from sim.lab.report.charts import windows as chart
from sim.scenario import Scenario


class AttributionWindow(Decision):
    """Regret against the attribution window."""

    name = "attribution_window"
    own: float | None = None  # the scenario's window

    def axes(self, scenario: Scenario) -> dict[str, Any]:
        """Return the windows, and a start of scoring.

        Scoring begins when each window has closed once.
        """
        self.own = scenario.feedback.learnt.window
        grid = window_grid(scenario)
        return {grid.key: grid.texts, "score_from": grid.settled}

    def answer(self, found: Comparison) -> Answered | None:
        """Return regret against the window, paired."""
        study = window_study(found.contenders, found.looks, self.own)
        return None if study is None else Answered(answer_of(self.name, study), partial(chart.draw, study))
