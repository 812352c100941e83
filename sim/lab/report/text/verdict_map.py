"""The verdict map as a table in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.compare.verdict_map import Place, VerdictMap, paragraphs
from sim.analysis.score import TITLE
from sim.lab.report.map_layout import panels_of, words

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


def show_map(found: VerdictMap, console: Console) -> None:
    """Print the map as a table, a column for each panel, and the count of verdicts."""
    from rich.table import Table
    from rich.text import Text

    panels = [panel for row in panels_of(found) for panel in row]
    down, across = panels[0].down, panels[0].across
    title = f"{TITLE}, {' or '.join(found.contenders)} less online: mean of the pairs ± 95 % interval"
    table = Table(title=Text(title), title_justify="left", header_style="bold")
    for heading in (down.name, across.name, *(panel.title for panel in panels)):
        table.add_column(Text(heading), overflow="fold")
    for row in down.levels:
        for column in across.levels:
            cells = [_text(panel.cells.get((row, column))) for panel in panels]
            table.add_row(down.short(row), across.short(column), *cells, end_section=column == across.levels[-1])
    console.print(table)
    for part in paragraphs(found):
        console.print(part, highlight=False, markup=False)


def _text(place: Place | None) -> Text:
    from rich.text import Text

    if place is None:
        return Text("-")
    return Text(words(place).replace("\n", " "), style="bold" if place.decided else "")
