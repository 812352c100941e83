"""Off-policy estimates in the terminal."""

from __future__ import annotations

import math

from sim.lab.base.console import out
from sim.lab.report.text.tables import plain_table
from sim.laws.durations import text
from sim.lazy import pd

_RULES = {"no": "is a no", "drop": "is left out", "age": "1 / F(age)", "km": "1 / F estimated"}


def show(frame: pd.DataFrame, title: str) -> None:
    """Print estimates, a section for each instant and rule."""
    table = plain_table(
        ("read at", "pending", "estimator", "value", "95 %", "truth", "off by"), ("pending", "estimator"), title=title
    )
    rows, last = frame.to_dict("records"), ("", "")
    for row, follows in zip(rows, [*rows[1:], None], strict=True):
        lead = text(float(row["read_at"])), _RULES[row["pending"]]
        value, low, high, truth = (_number(row[name]) for name in ("value", "low", "high", "truth"))
        table.add_row(
            *(("", "") if lead == last else lead), row["estimator"], value, f"{low} to {high}", truth,
            _number(row["error"], "+"), end_section=follows is None or follows["pending"] != row["pending"],
        )  # fmt: skip
        last = lead
    out().print(table)


def _number(value: float, sign: str = "") -> str:
    return "-" if math.isnan(value) else f"{value:{sign}.4f}"
