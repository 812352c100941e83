"""What the dashboard hides, in the terminal."""

from __future__ import annotations

import numpy as np

from sim.analysis.as_seen.sentences import percent, share
from sim.analysis.as_seen.signs import Signs
from sim.analysis.as_seen.triangle import LOOKS, Floats, Triangle
from sim.lab.base.console import out
from sim.lab.report.text.tables import Column, fitting, say, table_of

_ROWS = 15  # of a table, about
_RANKS = {"3 d later": 2, "1 d later": 1}  # what is left out first where there is no room
WEIGHTED = "at the end, by age"


def show_one(found: Triangle, weighted: Floats | None, title: str, lines: list[str]) -> None:
    """Print the triangle of a run, and sentences.

    Args:
        found: the triangle.
        weighted: ``(steps,)`` rates at the end of each step, weighted by age; None where they are not known.
        title: of the table.
        lines: the sentences.
    """
    truth, seen = found.mean()
    columns = {name: _cells(seen[:, n]) for n, name in enumerate(LOOKS.values()) if np.isfinite(seen[:, n]).any()}
    columns |= {} if weighted is None else {WEIGHTED: _cells(weighted)}
    _show(found, title, {**columns, "in truth": _cells(truth)})
    say(lines, out())


def show_two(found: Triangle, one: Signs, title: str, lines: list[str]) -> None:
    """Print the differences of two agents as seen, and sentences."""
    columns = {}
    for n, name in enumerate(LOOKS.values()):
        if one.reached[:, n].any():
            columns[name] = tuple(_difference(one, step, n) for step in range(len(one.truth)))
    truth = tuple(_with_half(100.0 * gap, 100.0 * half) for gap, half in zip(one.truth, one.half, strict=True))
    _show(found, title, {**columns, "in truth": truth})
    say(lines, out())


def _difference(one: Signs, step: int, look: int) -> str:
    if not one.reached[step, look]:
        return "-"
    return f"{100.0 * one.seen[step, look]:+.2f} {share(one.right[:, step, look].mean()):>5}"


def _with_half(gap: float, half: float) -> str:
    return f"{gap:+.2f}" if np.isnan(half) else f"{gap:+.2f} ± {half:.2f}"


def _cells(rates: Floats) -> tuple[str, ...]:
    return tuple(map(percent, rates.tolist()))


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
