"""From a verdict map to its report."""

from __future__ import annotations

from sim.analysis.paired.map_sentences import explained, legend, map_paragraphs
from sim.analysis.paired.verdict_map import Place, VerdictMap, frame
from sim.analysis.report.axes import scale
from sim.analysis.report.model import Axis, MapCell, MapPanel, MapReport, Number
from sim.analysis.score import TITLE as MEASURED
from sim.analysis.settings import display_value
from sim.analysis.units import with_interval

TITLE = "Which agent has less regret: online in place, or one that waits for a push?"
_NARROW = 0.015  # a half-width below it needs more than two places
_NO_LEVELS = Axis("", "", ("",), ("",))


def map_report(found: VerdictMap) -> MapReport:
    """Return the report of a verdict map."""
    axes = [scale([display_value(place.batch.settings, key) for place in found.places], key) for key in found.keys]
    down, across, third = axes if len(axes) > 2 else (*axes, _NO_LEVELS)
    cells: dict[str, dict[tuple[str, ...], MapCell]] = {}
    for place in found.places:
        where = tuple(display_value(place.batch.settings, key) for key in found.keys)
        cells.setdefault(found.name(place.batch), {})[where] = _cell(place)
    panels = []
    for agent, inside in cells.items():
        row = []
        for level, tick in zip(third.levels, third.ticks, strict=True):
            rest = (level,) if third.key else ()
            table_of = tuple(tuple(inside.get((y, x, *rest)) for x in across.levels) for y in down.levels)
            row.append(MapPanel(f"{agent}, {third.name} {tick}" if third.key else agent, table_of))
        panels.append(tuple(row))
    return MapReport(
        title=TITLE,
        measured=f"{MEASURED}, {' or '.join(found.contenders)} less online: mean of the pairs ± 95 % interval",
        down=down,
        across=across,
        panels=tuple(panels),
        explained=tuple(explained(found)),
        legend=tuple(legend(found).items()),
        paragraphs=tuple(map_paragraphs(found)),
        table=frame(found),
    )


def _cell(place: Place) -> MapCell:
    one = place.decision
    low, high = one.interval or (None, None)
    number = with_interval(one.behind, one.half, 4 if (one.half or 0.0) < _NARROW else 2)
    text = (number if number.startswith("-") else f"+{number}") if one.pairs else ""
    return MapCell(place.verdict, place.decided, Number(one.behind, low, high, text))
