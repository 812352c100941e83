"""The verdict map as a table in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.paired.verdict_map import VerdictMap
from sim.analysis.score import TITLE
from sim.lab.report.build import map_report
from sim.lab.report.model import MapCell, MapReport
from sim.lazy import lazy

if TYPE_CHECKING:
    import rich.table as rich_table
    import rich.text as rich_text
    from rich.console import Console
else:
    rich_table = lazy("rich.table")
    rich_text = lazy("rich.text")


def show_map(found: VerdictMap, console: Console) -> None:
    """Print the table of a map and what it says."""
    print_map(map_report(found), console)


def print_map(report: MapReport, console: Console) -> None:
    """Print the map as a table, a column for each panel, and the count of verdicts."""
    panels = [panel for row in report.panels for panel in row]
    title = f"{TITLE}, {' or '.join(report.contenders)} less online: mean of the pairs ± 95 % interval"
    table = rich_table.Table(title=rich_text.Text(title), title_justify="left", header_style="bold")
    for heading in (report.down, report.across, *(panel.title for panel in panels)):
        table.add_column(rich_text.Text(heading), overflow="fold")
    for r, row in enumerate(panels[0].down):
        for c, column in enumerate(panels[0].across):
            cells = [_text(panel.cells[r][c]) for panel in panels]
            table.add_row(row, column, *cells, end_section=c == len(panels[0].across) - 1)
    console.print(table)
    for part in report.paragraphs:
        console.print(part, highlight=False, markup=False)


def _text(cell: MapCell | None) -> rich_text.Text:
    if cell is None:
        return rich_text.Text("-")
    return rich_text.Text(f"{cell.verdict} {cell.difference.text}".strip(), style="bold" if cell.decided else "")
