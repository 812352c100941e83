"""A map over the latency of features, and its answer."""

from __future__ import annotations

from dataclasses import replace

from sim.analysis.fresh_features import LATENCY, LEGEND, QUESTION, WORDS_OF, answer, explained, latency_of
from sim.analysis.paired.verdict_map import VerdictMap, frame
from sim.analysis.report.build_map import map_report
from sim.analysis.report.columns import Column, Table
from sim.analysis.report.model import Answer, Axis, MapPanel, MapReport
from sim.analysis.settings import display_value, two_words
from sim.analysis.units import with_interval


def features_report(found: VerdictMap) -> MapReport:
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


def features_answer(name: str, found: VerdictMap, report: MapReport) -> Answer:
    """Return the answer, named after the decision that asks it."""
    said, shown = answer(found), Table(QUESTION, _columns(found))
    told, about = "\n".join((said[0], "", *report.explained, "")), " ".join(report.explained)
    return Answer(name, QUESTION, told, (shown, *said), {"table": frame(found)}, about=about)


def _axis(axis: Axis) -> Axis:
    if axis.key != LATENCY:
        return axis
    return replace(axis, name="features are late by", ticks=tuple("none" if one == "-" else one for one in axis.ticks))


def _columns(found: VerdictMap) -> tuple[Column, ...]:
    (other,) = (key for key in found.keys if key != LATENCY)
    places = found.places
    differences = tuple(with_interval(one.decision.behind, one.decision.half) for one in places)
    return (
        Column(two_words(other), tuple(display_value(one.batch.settings, other) for one in places), right=True),
        Column("features late by", tuple(map(latency_of, places)), right=True),
        Column("better", tuple(WORDS_OF.get(one.verdict, one.verdict) for one in places), folds=True),
        Column("features less model", differences, right=True),
    )
