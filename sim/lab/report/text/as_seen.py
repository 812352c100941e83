"""What the dashboard hides, in the terminal."""

from __future__ import annotations

import numpy as np

from sim.analysis.as_seen.cells import cells_of_one, cells_of_two
from sim.analysis.as_seen.signs import Signs
from sim.analysis.as_seen.triangle import Floats, Triangle
from sim.lab.base.console import out
from sim.lab.report.text.tables import Column, fitting, say, table_of

_ROWS = 15  # of a table, about
_RANKS = {"3 d later": 2, "1 d later": 1}  # what is left out first where there is no room


def show_one(found: Triangle, weighted: Floats | None, title: str, lines: list[str]) -> None:
    """Print the triangle of a run, and sentences; see `cells_of_one`."""
    _show(found, title, cells_of_one(found, weighted))
    say(lines, out())


def show_two(found: Triangle, one: Signs, title: str, lines: list[str]) -> None:
    """Print the differences of two agents as seen, and sentences."""
    _show(found, title, cells_of_two(one))
    say(lines, out())


def _show(found: Triangle, title: str, columns: dict[str, tuple[str, ...]]) -> None:
    steps = np.flatnonzero(found.requests.any(axis=0))
    steps = steps[:: -(-len(steps) // _ROWS)]
    names = tuple(str(step + 1) for step in steps)
    made = [Column(found.step, names, right=True)]
    for name, cells in columns.items():
        made.append(Column(name, tuple(cells[step] for step in steps), right=True, rank=_RANKS.get(name, 0)))
    kept, left = fitting(made, out().width)
    out().print(table_of(title, kept, out().width))
    if left:
        say([f"not shown at this width: {', '.join(left)}"], out())
