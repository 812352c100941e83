"""The comparison as a table: for people, and as CSV that is the same for equal sweeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.compare.comparison import Comparison, World
from sim.analysis.compare.contenders import Contender
from sim.analysis.compare.decisions import BASELINE, Decision
from sim.analysis.compare.table import table
from sim.analysis.score import HEADING
from sim.analysis.settings import short_name, told
from sim.lab.report.text.narrative import about_worlds, behind, p_value, paragraphs, score, wins
from sim.lab.report.text.stops import show_stops
from sim.lab.report.units import digits, span

if TYPE_CHECKING:
    from rich.console import Console

HEADINGS = (
    HEADING, "may be best", "behind", "wins", "p (Holm)", "verdict", "data age", "cycle time", "versions",
    "requests",
)  # fmt: skip
_WORDS = ("may be best", "verdict")


def as_csv(found: Comparison) -> str:
    """Return the table as CSV: full precision, unknown is empty, lines end in ``\\n``."""
    return table(found).to_csv(index=False, lineterminator="\n")


def show(found: Comparison, title: str, console: Console, most: int | None = None) -> None:
    """Print a table and what was decided for each world; the baseline stands out.

    Args:
        found: what was compared.
        title: what all runs have in common.
        console: where to.
        most: with more worlds than these nothing is printed: a verdict map says it in one; None: all are.
    """
    if most is not None and len(found.worlds) > most:
        return
    for world in found.worlds:
        name = f"{title}, {world.name}" if len(found.worlds) > 1 else title
        _show(found, world, name, console)
        for part in paragraphs(found, world):
            _say([part], console)
    _say(about_worlds(found), console)
    show_stops(found, console)


def _show(found: Comparison, world: World, title: str, console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title), title_justify="left", header_style="bold")
    for name in found.names:
        table.add_column(Text(short_name(name)), overflow="fold")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading in _WORDS else "right")
    for one, best, decision in zip(world.contenders, world.best, world.decisions, strict=True):
        cells = [told(one.settings, name) for name in found.names] + cells_of(one, best, decision)
        table.add_row(*map(Text, cells), style="bold" if decision.verdict == BASELINE else None)
    console.print(table)


def cells_of(one: Contender, best: str, decision: Decision) -> list[str]:
    """Return what stands under `HEADINGS`."""
    base = decision.verdict == BASELINE
    return [
        score(one),
        best,
        "-" if base else behind(decision),
        wins(decision),
        p_value(decision.adjusted),
        decision.verdict,
        span(one.scores.get("staleness/data_age/mean")),
        span(one.scores.get("staleness/cycle_time/mean")),
        digits(one.scores.get("versions/pushed")),
        digits(one.scores.get("requests")),
    ]


def _say(lines: list[str], console: Console) -> None:
    if lines:
        console.print(" ".join(lines), highlight=False, markup=False)
