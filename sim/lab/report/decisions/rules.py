"""The decision whether rules of thumb hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.analysis.decision import Decision
from sim.analysis.paired.comparison import Comparison
from sim.analysis.paired.contenders import Contender
from sim.analysis.report.build_rules import rules_answer, rules_report
from sim.analysis.report.model import Answered
from sim.analysis.rules.rule import rules_of
from sim.analysis.rules.verdicts import check_places
from sim.lab.report.charts import verdicts as chart


class RulesOfThumb(Decision):
    """The map of where each rule holds and breaks."""

    name = "rules"

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._rules = rules_of(told)

    def check(self, found: Sequence[Contender]) -> None:
        """Refuse settings that name no run, or several."""
        check_places(self._rules, found)

    def answer(self, found: Comparison) -> Answered:
        """Return where each rule holds."""
        report = rules_report(self._rules, found.contenders)
        answer = rules_answer(self.name, self._rules, report)
        return Answered(answer, lambda _, heading: chart.draw(report, heading))
