"""The verdict map on a page: tables whose cells say and show the verdict."""

from __future__ import annotations

from sim.analysis.paired.verdict_map import VerdictMap
from sim.analysis.score import WORDS
from sim.lab.report.charts.verdicts import COLOURS
from sim.lab.report.html.markup import Safe, tag
from sim.lab.report.map_layout import Panel, panels_of, words
from sim.lab.report.text.map_narrative import map_paragraphs as paragraphs

_ABOUT = (
    f"A cell is a world: {WORDS} of the agent above less that of the online one, mean of the pairs ± 95 % "
    "paired t-interval. Holm's correction is over the whole map, and decides less than that of a single world below."
)


def section(found: VerdictMap) -> list[Safe]:
    """Return heading, sentence and a table for each panel."""
    tables = [_table(panel) for row in panels_of(found) for panel in row]
    lead = [tag("p", part, class_="answer") for part in paragraphs(found)]
    return [
        tag("h2", "Online or batch?"),
        *lead,
        tag("p", _ABOUT, class_="soft"),
        tag("div", *tables, class_="figures"),
    ]


def _table(panel: Panel) -> Safe:
    corner = tag("th", f"{panel.down.name} ↓", class_="text")
    top = tag("tr", corner, *(tag("th", panel.across.short(level)) for level in panel.across.levels))
    rows = [_row(panel, level) for level in panel.down.levels]
    about = tag("figcaption", f"{panel.across.name} →")
    body = tag("table", tag("thead", top), tag("tbody", *rows))
    return tag("figure", tag("h3", panel.title), about, tag("div", body, class_="scroll"))


def _row(panel: Panel, level: str) -> Safe:
    cells = [_cell(panel, level, column) for column in panel.across.levels]
    return tag("tr", tag("th", panel.down.short(level), class_="text"), *cells)


def _cell(panel: Panel, row: str, column: str) -> Safe:
    place = panel.cells.get((row, column))
    if place is None:
        return tag("td", "-")
    verdict, _, number = words(place).partition("\n")
    return tag(
        "td",
        tag("b" if place.decided else "span", verdict),
        tag("div", number),
        style=f"background:{COLOURS[place.verdict]}",
    )
