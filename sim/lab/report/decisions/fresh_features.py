"""The decision between fresh features and a fresh model."""

from __future__ import annotations

from sim.analysis.decision import Decision
from sim.analysis.fresh_features import asks
from sim.analysis.paired.comparison import Comparison
from sim.analysis.report.build_features import features_answer, features_report
from sim.analysis.report.model import Answered
from sim.lab.report.charts import verdicts as chart


class FreshFeatures(Decision):
    """The verdict map over the latency of features."""

    name = "fresh_features"

    def answer(self, found: Comparison) -> Answered | None:
        """Return who is better by latency and one other key."""
        verdicts = found.verdicts
        if verdicts is None or not asks(verdicts):
            return None
        report = features_report(verdicts)
        answer = features_answer(self.name, verdicts, report)
        return Answered(answer, lambda _, heading: chart.draw(report, heading))
