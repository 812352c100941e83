"""Rates as seen, as a table and sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.analysis.as_seen.asked import credited_within
from sim.analysis.as_seen.cells import Cells, cells_of_one, cells_of_two
from sim.analysis.as_seen.corrections import by_age, why_not_by_age
from sim.analysis.as_seen.sentences import of_corrections, of_one, of_two
from sim.analysis.as_seen.signs import signs
from sim.analysis.as_seen.triangle import Triangle, kind_of
from sim.analysis.report.columns import Column, Part, Table
from sim.analysis.units import counted, span
from sim.lazy import pd
from sim.scenario import Scenario

_ROWS = 15  # of a table, about
_RANKS = {"3 d later": 2, "1 d later": 1}  # what is left out first where there is no room


def parts_of_one(found: Triangle, curve: pd.DataFrame, scenario: Scenario, name: str) -> list[Part]:
    """Return the triangle of a run, and what it says.

    Args:
        found: the triangle.
        curve: of the run.
        scenario: of the run.
        name: of the run.
    """
    learnt = found.kind == kind_of(curve)
    why = why_not_by_age(scenario) if learnt else "it is of what is learnt from only"
    weighted = np.asarray(by_age(found, curve, scenario)[:, :, 0].mean(axis=0)) if why is None else None
    lines = [of_one(found), *of_corrections(found, credited_within(scenario) if learnt else None, weighted, why)]
    title = f"{name}: {found.kind}s per impression, mean of {counted(len(found.truth), 'replication')}"
    title += "" if found.by_day else f"; a part is {span(float(found.ends[0]))}"
    return [_table(found, title, cells_of_one(found, weighted)), *filter(None, lines)]


def parts_of_two(found: Sequence[Triangle], names: tuple[str, str]) -> list[Part]:
    """Return the differences of two agents as seen, and sentences."""
    one = signs(*found)
    pair = f"RUN2 less RUN: {names[1]} less {names[0]} (right sign, of {counted(one.pairs, 'pair')})"
    title = f"{found[0].kind}s in 100 impressions, {pair}"
    return [_table(found[0], title, cells_of_two(one)), *of_two(found[0], one, names)]


def _table(found: Triangle, title: str, columns: Cells) -> Table:
    steps = np.flatnonzero(found.requests.any(axis=0))
    steps = steps[:: -(-len(steps) // _ROWS)]
    made = [Column(found.step, tuple(str(step + 1) for step in steps), right=True)]
    for name, cells in columns.items():
        made.append(Column(name, tuple(cells[step] for step in steps), right=True, rank=_RANKS.get(name, 0)))
    return Table(title, made)
