"""A sensitivity analysis as a frame and plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.analysis.paired.decisions import Decision
from sim.analysis.sensitivity.swings import Sensitivity, Swing, verdict
from sim.lazy import lazy

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")


def frame(found: Sensitivity) -> pd.DataFrame:
    """Return a row per world: centre first, then ends.

    ``docs/outputs.md`` has the columns.
    """
    rows = [{"key": "", "end": "centre", "value": None} | _world(found.centre)]
    for one in found.swings:
        for end, value in (("low", one.range.low), ("high", one.range.high)):
            rows.append({"key": one.range.key, "end": end, "value": value} | _world(getattr(one, end)))
    return pd.DataFrame(rows)


def _world(one: Decision) -> dict[str, Any]:
    low, high = one.interval or (None, None)
    return {
        "verdict": verdict(one),
        "difference": one.behind,
        "difference/low": low,
        "difference/high": high,
        "pairs": one.pairs,
        "p": one.p,
        "p/holm": one.adjusted,
    }


def plain(found: Sensitivity) -> dict[str, Any]:
    """Return verdicts, swings and what to measure, for JSON."""
    return {
        "measure_next": None if found.next is None else found.next.range.key,
        "centre": _world(found.centre),
        "ranges": [_range(one) for one in found.swings],
    }


def _range(one: Swing) -> dict[str, Any]:
    low, high = (None, None) if one.half is None else (one.by - one.half, one.by + one.half)
    return {
        "key": one.range.key,
        "turns": one.turns,
        "swing": one.by,
        "swing/low": low,
        "swing/high": high,
        "low": {"value": one.range.low} | _world(one.low),
        "high": {"value": one.range.high} | _world(one.high),
    }
