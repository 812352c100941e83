"""Columns of text: rates and differences as seen."""

from __future__ import annotations

import numpy as np

from sim.analysis.as_seen.sentences import percent, share
from sim.analysis.as_seen.signs import Signs
from sim.analysis.as_seen.triangle import LOOKS, Floats, Triangle

Cells = dict[str, tuple[str, ...]]
TRUTH, WEIGHTED = "in truth", "at the end, by age"


def cells_of_one(found: Triangle, weighted: Floats | None = None) -> Cells:
    """Return the rates of each step by column.

    Args:
        found: the triangle.
        weighted: ``(steps,)`` rates at the end of each step, weighted by age; None where they are not known.
    """
    truth, seen = found.mean()
    columns = {name: _rates(seen[:, n]) for n, name in enumerate(LOOKS.values()) if np.isfinite(seen[:, n]).any()}
    columns |= {} if weighted is None else {WEIGHTED: _rates(weighted)}
    return columns | {TRUTH: _rates(truth)}


def cells_of_two(one: Signs) -> Cells:
    """Return the differences of each step by column."""
    columns = {}
    for n, name in enumerate(LOOKS.values()):
        if one.reached[:, n].any():
            columns[name] = tuple(_difference(one, step, n) for step in range(len(one.truth)))
    truth = tuple(_with_half(100.0 * gap, 100.0 * half) for gap, half in zip(one.truth, one.half, strict=True))
    return columns | {TRUTH: truth}


def _difference(one: Signs, step: int, look: int) -> str:
    if not one.reached[step, look]:
        return "-"
    right = share(one.right[:, step, look].mean()) if one.known[step] else "-"  # no sign is right where none is known
    return f"{100.0 * one.seen[step, look]:+.2f} {right:>5}"


def _with_half(gap: float, half: float) -> str:
    return f"{gap:+.2f}" if np.isnan(half) else f"{gap:+.2f} ± {half:.2f}"


def _rates(rates: Floats) -> tuple[str, ...]:
    return tuple(map(percent, rates.tolist()))
