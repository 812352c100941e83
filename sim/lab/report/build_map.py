"""From a verdict map to its report."""

from __future__ import annotations

from sim.analysis.paired.verdict_map import Place, VerdictMap, frame
from sim.analysis.settings import display_value
from sim.lab.report.figures.model import Axis
from sim.lab.report.figures.scales import scale
from sim.lab.report.model import MapCell, MapPanel, MapReport, Number
from sim.lab.report.units import with_interval
from sim.lab.report.words.verdict_map import TITLE, explained, legend, map_paragraphs

NO_LEVELS = Axis("", "", ("",), ("",))


def map_report(found: VerdictMap) -> MapReport:
    """Return the report of a verdict map."""
    axes = [scale([display_value(place.batch.settings, key) for place in found.places], key) for key in found.keys]
    down, across, third = axes if len(axes) > 2 else (*axes, NO_LEVELS)
    cells: dict[str, dict[tuple[str, ...], MapCell]] = {}
    for place in found.places:
        where = tuple(
            display_value(place.batch.settings, axis.key) if axis.key else "" for axis in (down, across, third)
        )
        cells.setdefault(found.name(place.batch), {})[where] = _cell(place)
    return MapReport(
        title=TITLE,
        contenders=tuple(found.contenders),
        down=down,
        across=across,
        panels=tuple(
            tuple(_panel(agent, inside, down, across, third, n) for n in range(len(third.levels)))
            for agent, inside in cells.items()
        ),
        explained=tuple(explained(found)),
        legend=tuple(legend(found).items()),
        paragraphs=tuple(map_paragraphs(found)),
        table=frame(found),
    )


def _panel(
    agent: str, inside: dict[tuple[str, ...], MapCell], down: Axis, across: Axis, third: Axis, n: int
) -> MapPanel:
    level = third.levels[n]
    cells = tuple(tuple(inside.get((row, column, level)) for column in across.levels) for row in down.levels)
    return MapPanel(f"{agent}, {third.name} {third.ticks[n]}" if third.key else agent, cells)


def _cell(place: Place) -> MapCell:
    one = place.decision
    low, high = one.interval or (None, None)
    number = with_interval(one.behind, one.half, 2)
    text = (number if number.startswith("-") else f"+{number}") if one.pairs else ""
    return MapCell(place.verdict, place.decided, Number(one.behind, low, high, text))
