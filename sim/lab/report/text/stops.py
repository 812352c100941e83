"""The table of how many replications each contender got, and why no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.compare.comparison import Comparison
from sim.analysis.compare.stopping_status import half_width, is_base, stopped

if TYPE_CHECKING:
    from rich.console import Console


def show_stops(found: Comparison, console: Console) -> None:
    """Print how many replications each contender got, and why no more."""
    from rich.table import Table
    from rich.text import Text

    if found.until is None:
        return
    looks = ", ".join(map(str, found.until.looks))
    table = Table(title=Text(f"Replications until {found.until}; looked at {looks}"), title_justify="left")
    for name in ("world", "", "replications", "half-width", "stopped"):
        if name != "world" or len(found.worlds) > 1:
            table.add_column(name, justify="right" if name in ("replications", "half-width") else "left")
    for world in found.worlds:
        for one, decision in world.ranked():
            half = None if is_base(world, decision) else half_width(world, one, decision, found.until)
            told = [str(one.replications), "-" if half is None else f"{half:.2g}", stopped(found, world, one, decision)]
            table.add_row(*map(Text, [*([world.name] if len(found.worlds) > 1 else []), found.label(one), *told]))
    console.print(table)
