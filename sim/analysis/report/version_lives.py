"""The lives of a run's first versions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from sim.analysis.bands import DAY
from sim.analysis.paired.scored_run import stored
from sim.analysis.report.asked import Asked, first
from sim.analysis.report.chosen import Series
from sim.lazy import pd

_MOST, _GOOD = 24, 20  # versions
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
        about: which of all versions they are, in words.
        rows: one for each.
        end: the day up to which they are shown.
    """

    about: str
    rows: tuple[Life, ...]
    end: float

    @classmethod
    def of(cls, asked: Asked) -> Self:
        """Return a contender's first versions, preferably one that pushes."""
        shown = asked.shown.series
        pushing = (one for one in shown if one.contender.settings.get("ship") == "push")
        one = min(pushing, key=_readable, default=shown[0])
        record = stored(one.contender.records[0])
        horizon = float(record.table("curve")["at"].max()) / DAY
        found = lives(first(record.table("versions")), horizon)
        return cls(f"{one.name}, first replication: {found.about}.", found.rows, found.end)


def _readable(one: Series) -> float:
    """Return the distance from a readable number of versions."""
    return abs(math.log(max(one.contender.scores.trained or 0.0, 0.1) / _GOOD))


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
    return Lives(which, tuple(rows), end)
