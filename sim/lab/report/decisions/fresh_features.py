"""The decision between fresh features and a fresh model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.analysis.fresh_features import LATENCY, LEGEND, QUESTION, answer, asks, latency_of
from sim.analysis.paired.comparison import Comparison
from sim.analysis.paired.verdict_map import VerdictMap, frame
from sim.analysis.report.build_map import map_report
from sim.analysis.report.model import Answer, Axis, MapReport, TextColumn
from sim.analysis.settings import display_value, two_words
from sim.analysis.units import with_interval
from sim.lab.report.decisions.base import Decision
from sim.lazy import lazy

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    import sim.lab.report.charts.verdicts as charts
else:
    charts = lazy("sim.lab.report.charts.verdicts")


class FreshFeatures(Decision):
    """The verdict map over the latency of features."""

    name = "fresh_features"

    @classmethod
    def answer(cls, found: Comparison) -> Answer | None:
        """Return who is better by latency and one other key."""
        verdicts = found.verdicts
        if verdicts is None or not asks(verdicts):
            return None
        shown = _report(verdicts)

        def draw(width: float, title: str = "") -> Figure:
            return charts.draw(shown, "")

        about = " ".join(shown.explained)
        return Answer(cls.name, QUESTION, answer(verdicts), _columns(verdicts), frame(verdicts), about, draw)


def _report(found: VerdictMap) -> MapReport:
    """Return the map under its question, with its legend."""
    made = map_report(found)
    legend = tuple((verdict, LEGEND.get(verdict, text)) for verdict, text in made.legend)
    return replace(made, title=QUESTION, legend=legend, down=_axis(made.down), across=_axis(made.across))


def _axis(axis: Axis) -> Axis:
    if axis.key != LATENCY:
        return axis
    return replace(axis, name="features are late by", ticks=tuple("none" if one == "-" else one for one in axis.ticks))


def _columns(found: VerdictMap) -> tuple[TextColumn, ...]:
    (other,) = (key for key in found.keys if key != LATENCY)
    places = found.places
    return (
        TextColumn(two_words(other), tuple(display_value(one.batch.settings, other) for one in places)),
        TextColumn("features late by", tuple(map(latency_of, places))),
        TextColumn("better", tuple(one.verdict for one in places), words=True),
        TextColumn("batch less online", tuple(with_interval(one.decision.behind, one.decision.half) for one in places)),
    )
