"""Off-policy estimates as a table."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from sim.analysis.report.columns import Table, columns_of
from sim.analysis.report.model import UNKNOWN
from sim.laws.durations import text
from sim.lazy import pd
from sim.scenario import Scenario

_RULES = {"no": "is a no", "drop": "is left out", "age": "1 / F(age)", "km": "1 / F estimated"}
_HEADINGS = ("read at", "pending", "estimator", "value", "95 %", "truth", "off by")


def table(frame: pd.DataFrame, title: str) -> Table:
    """Return the estimates, a section for each instant and rule."""
    rows, last = [], ("", "")
    found = frame.to_dict("records")
    counts = {_section(row) for row in found if row["estimator"] == "dm" and not math.isnan(row["value"])}
    for row in found:
        lead = text(float(row["read_at"])), _RULES[row["pending"]]
        value, low, high, truth = (_number(row[name]) for name in ("value", "low", "high", "truth"))
        said = ("", "") if lead == last else lead
        interval = f"{low} to {high}" if low != UNKNOWN else UNKNOWN
        if value == UNKNOWN:
            interval = _reason(row["estimator"], _section(row) in counts)
        rows.append((*said, row["estimator"], value, interval, truth, _number(row["error"], "+")))
        last = lead
    ends = [n for n, (one, other) in enumerate(pairwise(found)) if one["pending"] != other["pending"]]
    *columns, error = columns_of(_HEADINGS, rows, _HEADINGS[1:3])
    return Table(title, (*columns, replace(error, rank=1)), ends=ends)  # the value less the truth, if there is room


def remarks(frame: pd.DataFrame, scenario: Scenario) -> list[str]:
    """Return what the estimates do not say, in sentences.

    Args:
        frame: as `sim.analysis.off_policy.evaluate.evaluate` returns it.
        scenario: the world of the log.
    """
    values = frame.set_index(["read_at", "pending", "estimator"])["value"].unstack()
    unmatched, said = values[values.ips.isna() & values.dm.notna()], []
    if len(unmatched):
        all_of_it = np.allclose(unmatched.dr, unmatched.dm, rtol=1e-9, atol=0.0)
        where = "its position, so dr and switch are" if all_of_it else "one position or more, where dr and switch are"
        lead = "Nothing matches" if len(unmatched) == len(values) else f"Nothing matches {_named(unmatched)}"
        said.append(
            f"{lead}: no logged impression that counts has an item that the target shows at {where} dm, the "
            "expectation of a model, which no label has corrected."
        )
    if scenario.slate.size > 1 and not scenario.slate.choice.by_position:
        whole = "slate weighs whole slates: it has no such error, and is noisy where few of them match"
        other = whole if "slate" in values and values.slate.notna().any() else "the truth is beside them"
        said.append(
            f"Under {scenario.slate.choice.name} a click depends on the other items of its slate; ips, snips, dm, dr "
            f"and switch take each position by itself and can be far off; {other}."
        )
    return said


def _named(sections: pd.DataFrame) -> str:
    """Return the sections of some rows of values, in words."""
    return " and ".join(f"(read at {text(float(at))}, pending {_RULES[rule]})" for at, rule in sections.index)


def _reason(estimator: str, counts: bool) -> str:
    """Return why there is no value."""
    if estimator == "slate":
        return "no estimate"  # whole slates may not count where impressions do
    return "nothing matches" if counts else "no label counts"


def _section(row: dict[Any, Any]) -> tuple[float, str]:
    return row["read_at"], row["pending"]


def _number(value: float, sign: str = "") -> str:
    return UNKNOWN if math.isnan(value) else f"{value:{sign}.4f}"
