"""A study of windows as columns of text."""

from __future__ import annotations

from sim.analysis.report.columns import Column
from sim.analysis.report.model import UNKNOWN
from sim.analysis.units import digits, p_value, span, with_interval
from sim.analysis.windows.study import WindowStudy


def columns(study: WindowStudy) -> tuple[Column, ...]:
    """Return the columns, a row for each curve and window."""
    rows = [(curve, row) for curve in study.curves for row in curve.rows]
    more = [UNKNOWN if row is curve.rows[-1] else with_interval(row.more, row.half) for curve, row in rows]
    found = [
        Column("", tuple(curve.name for curve, _ in rows), folds=True),
        Column("window", tuple(row.marked for _, row in rows), right=True),
        Column(study.words, tuple(digits(row.score) for _, row in rows), right=True),
        Column("difference to the longest", tuple(more), right=True),
        Column("p (Holm)", tuple(p_value(row.p) for _, row in rows), right=True, rank=1),
        Column("may be best", tuple(row.may_be_best for _, row in rows), folds=True),
        Column("credited", tuple(_share(row.credited) for _, row in rows), right=True),
        Column("label age", tuple(span(row.label_age) for _, row in rows), right=True),
    ]
    return tuple(found if len(study.curves) > 1 else found[1:])


def _share(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.1%}"
