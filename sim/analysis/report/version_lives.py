"""The lives of a run's first versions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.analysis.bands import DAY

if TYPE_CHECKING:
    import pandas as pd

_MOST = 24  # versions
_TIMES = ["cutoff_at", "trained_at", "live_at", "retired_at"]


@dataclass(frozen=True)
class Life:
    """The life of a version in days.

    Superseded ones were never live, like those that a gate rejected.
    """

    number: int
    cutoff_at: float
    trained_at: float
    live_at: float
    retired_at: float
    superseded: bool


@dataclass(frozen=True)
class Lives:
    """The first versions of a run.

    Attributes:
        rows: one for each.
        end: the day up to which they are shown.
        which: which of all versions they are, in words.
    """

    rows: tuple[Life, ...]
    end: float
    which: str


def lives(table: pd.DataFrame, horizon: float) -> Lives:
    """Return the lives of the first versions.

    Args:
        table: ``versions`` of one replication, see docs/outputs.md.
        horizon: the end of the run, days.
    """
    table = table[table["version"] > 0]
    kept = table.head(_MOST)
    last = float(kept[_TIMES].max().max()) / DAY
    cut = len(table) > len(kept)
    end = min(horizon, 1.02 * last) if cut and math.isfinite(last) else horizon
    times = ((kept[name].astype(float) / DAY).fillna(end) for name in _TIMES)
    rows = map(Life, kept["version"], *times, kept["status"].isin(("superseded", "rejected")))
    which = "no version was trained" if kept.empty else "all versions"
    if cut:
        which = f"versions {kept['version'].iloc[0]} to {kept['version'].iloc[-1]} of {int(table['version'].max())}"
    return Lives(tuple(rows), end, which)
