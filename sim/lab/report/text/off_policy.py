"""Off-policy estimates in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.lab.base.console import out
from sim.lab.report.text.tables import plain_table
from sim.laws.durations import text

if TYPE_CHECKING:
    import pandas as pd

_RULES = {"no": "is a no", "drop": "is left out", "age": "1 / F(age)"}


def show(frame: pd.DataFrame, title: str) -> None:
    """Print estimates, a section for each instant and rule."""
    table = plain_table(
        ("read at", "pending", "estimator", "value", "95 %", "truth", "off by"), ("pending", "estimator"), title=title
    )
    for (at, rule), rows in frame.groupby(["at", "pending"], sort=False):
        for place, row in enumerate(rows.itertuples()):
            lead = (text(float(at)), _RULES[rule]) if place == 0 else ("", "")
            table.add_row(
                *lead, row.estimator, _number(row.value), f"{_number(row.low)} to {_number(row.high)}",
                _number(row.truth), "-" if row.error != row.error else f"{row.error:+.4f}",
                end_section=place == len(rows) - 1,
            )  # fmt: skip
    out().print(table)


def _number(value: float) -> str:
    return "-" if value != value else f"{value:.4f}"
