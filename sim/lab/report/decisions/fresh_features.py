"""The decision between fresh features and a fresh model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.analysis.fresh_features import LATENCY, LEGEND, QUESTION, WORDS_OF, answer, asks, explained, latency_of
from sim.analysis.paired.comparison import Comparison
from sim.analysis.paired.verdict_map import VerdictMap, frame
from sim.analysis.report.build_map import map_report
from sim.analysis.report.model import Answer, Axis, MapPanel, MapReport, TextColumn
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
        shown, told = _report(verdicts), answer(verdicts)

        def draw(width: float, title: str = "") -> Figure:
            above = (told[0], "") if title else ()  # a page has it as text
            return charts.draw(replace(shown, explained=(*above, *shown.explained)), "")

        about = " ".join(shown.explained)
        return Answer(cls.name, QUESTION, told, _columns(verdicts), frame(verdicts), about, draw)


def _report(found: VerdictMap) -> MapReport:
    """Return the map in the words of its question."""
    made = map_report(found)
    legend = tuple((WORDS_OF.get(verdict, verdict), LEGEND.get(verdict, text)) for verdict, text in made.legend)
    alone = sum(map(len, made.panels)) == 1  # then it needs no title
    panels = tuple(tuple(_panel(one, "" if alone else one.title) for one in row) for row in made.panels)
    down, across = _axis(made.down), _axis(made.across)
    told = explained(found)
    return replace(made, title=QUESTION, legend=legend, panels=panels, explained=told, down=down, across=across)


def _panel(panel: MapPanel, title: str) -> MapPanel:
    rows = (
        tuple(one and replace(one, verdict=WORDS_OF.get(one.verdict, one.verdict)) for one in row)
        for row in panel.cells
    )
    return MapPanel(title, tuple(rows))


def _axis(axis: Axis) -> Axis:
    if axis.key != LATENCY:
        return axis
    return replace(axis, name="features are late by", ticks=tuple("none" if one == "-" else one for one in axis.ticks))


def _columns(found: VerdictMap) -> tuple[TextColumn, ...]:
    (other,) = (key for key in found.keys if key != LATENCY)
    places = found.places
    less = tuple(with_interval(one.decision.behind, one.decision.half) for one in places)
    return (
        TextColumn(two_words(other), tuple(display_value(one.batch.settings, other) for one in places)),
        TextColumn("features late by", tuple(map(latency_of, places))),
        TextColumn("better", tuple(WORDS_OF.get(one.verdict, one.verdict) for one in places), words=True),
        TextColumn("features less model", less),
    )
