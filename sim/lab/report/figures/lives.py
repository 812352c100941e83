"""The life of each version: trained, pushed, live, replaced."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.lab.report.figures.model import Life, Lives
from sim.lab.report.figures.over_time import DAY, first
from sim.lab.report.figures.selection import Series
from sim.lab.store.run_folder import record_of

if TYPE_CHECKING:
    import pandas as pd

_MOST = 24
_GOOD = 20  # versions
_TIMES = ["cutoff_at", "trained_at", "live_at", "retired_at"]


def lives(shown: Sequence[Series]) -> Lives:
    """Return a contender's first versions, preferably one that pushes."""
    one = min((one for one in shown if one.contender.settings.get("ship") == "push"), key=_readable, default=shown[0])
    record = record_of(one.contender.records[0])
    horizon = float(record.table("curve")["at"].max()) / DAY
    table = first(record.table("versions"))
    table = table[table["version"] > 0]
    kept = table.head(_MOST)
    last = float(kept[_TIMES].max().max()) / DAY
    cut = len(table) > len(kept)
    end = min(horizon, 1.02 * last) if cut and math.isfinite(last) else horizon
    return Lives(_rows(kept, end), end, f"{one.name}, first replication: {_which(table, kept)}.")


def _readable(one: Series) -> float:
    """Return the distance from a readable number of versions."""
    return abs(math.log(max(one.contender.scores.get("versions/trained") or 0.0, 0.1) / _GOOD))


def _rows(kept: pd.DataFrame, end: float) -> tuple[Life, ...]:
    cutoff, trained, live, retired = ((kept[name].astype(float) / DAY).fillna(end) for name in _TIMES)
    superseded = [status == "superseded" for status in kept["status"]]
    return tuple(map(Life, kept["version"], cutoff, trained, live, retired, superseded))


def _which(table: pd.DataFrame, kept: pd.DataFrame) -> str:
    if kept.empty:
        return "no version was trained"
    if len(table) == len(kept):
        return "all versions"
    return f"versions {kept['version'].iloc[0]} to {kept['version'].iloc[-1]} of {int(table['version'].max())}"
