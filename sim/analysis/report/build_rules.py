"""From tested rules to the report of their verdict maps."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.paired.contenders import Contender
from sim.analysis.report.axes import scale
from sim.analysis.report.model import Answer, MapCell, MapPanel, MapReport, Number
from sim.analysis.report.parts import map_parts
from sim.analysis.rules.rule import Rules
from sim.analysis.rules.sentences import explained, how_to_read, percent, sentence
from sim.analysis.rules.table import frame
from sim.analysis.rules.verdicts import BREAKS, HOLDS, Tested, places_of

TITLE = "Where does each rule of thumb hold?"


def rules_report(rules: Rules, found: Sequence[Contender]) -> MapReport:
    """Return the report, a panel for each rule."""
    tested = {rule.says: (rule, places_of(rules, rule, found)) for rule in rules.each}
    places = [one for _, own in tested.values() for one in own]
    down, across = (scale([one.where(key) for one in places], key) for key in (rules.down, rules.across))
    panels = []
    for says, (_, own) in tested.items():
        inside = {(one.where(rules.down), one.where(rules.across)): _cell(one) for one in own}
        panels.append(MapPanel(says, tuple(tuple(inside.get((y, x)) for x in across.levels) for y in down.levels)))
    others = sorted({one.verdict for one in places} - {HOLDS, BREAKS})
    margin = f"{100 * rules.margin:g} %"
    return MapReport(
        title=TITLE,
        measured="Share of the reward that is lost by obeying: mean of the pairs ± 95 % interval",
        down=down,
        across=across,
        panels=(tuple(panels),),
        explained=tuple(explained(rules, min(one.place.decision.pairs for one in places))),
        legend=(
            (HOLDS, f"holds: loses less than {margin}"),
            (BREAKS, f"breaks: loses more than {margin}"),
            *((o, o) for o in others),
        ),
        paragraphs=(
            *(sentence(rules, rule, own) for rule, own in tested.values()),
            how_to_read(down, across),
        ),
        table=frame(rules, tested),
    )


def rules_answer(name: str, rules: Rules, report: MapReport) -> Answer:
    """Return the answer, named after the decision that asks it."""
    sources = dict.fromkeys(f"{rule.says}: {rule.source}" for rule in rules.each)
    told = "\n".join((*report.paragraphs[:-1], "", *report.explained, *sources))
    about = " ".join(report.explained)
    return Answer(name, TITLE, told, tuple(map_parts(report)), {"table": report.table}, about=about)


def _cell(one: Tested) -> MapCell:
    loss, half = one.loss, one.half
    low, high = (None, None) if loss is None or half is None else (loss - half, loss + half)
    return MapCell(one.verdict, one.verdict in (HOLDS, BREAKS), Number(loss, low, high, percent(loss, half)))
