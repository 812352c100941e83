"""The comparison as one frame, source of tables and files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.analysis.paired.comparison import Comparison, World
from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.decisions import Decision
from sim.analysis.paired.stopping_status import stopped
from sim.analysis.settings import display_value
from sim.lazy import lazy

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

_WORDS = ("world", "may_be_best", "verdict", "baseline", "stopped", "run")
_COUNTS = ("wins", "pairs", "replications")


def table(found: Comparison) -> pd.DataFrame:
    """Return a row per contender: settings, decision, scores, runs.

    Worlds are sorted by their settings, and the rows of each by score, the least first, so that equal sweeps give equal
    tables in whatever order they ran. The columns are described in docs/outputs.md.
    """
    rows = [_row(found, world, place) for world in found.worlds for place in world.order]
    columns = dict.fromkeys(name for row in rows for name in row if name != "run")  # not all have all scores
    frame = pd.DataFrame(rows, columns=[*columns, "run"])
    settings = {name: _setting([one.settings for one in _in_order(found)], name) for name in found.names}
    kinds = {c: "Int64" if c in _COUNTS else "float64" for c in frame if c not in (*_WORDS, *found.names)}
    return frame.assign(**settings).astype(kinds)


def _in_order(found: Comparison) -> list[Contender]:
    return [world.contenders[place] for world in found.worlds for place in world.order]


def _setting(settings: Sequence[dict[str, Any]], name: str) -> list[Any]:
    """Return the values of a setting, numbers or text."""
    values = [one.get(name) for one in settings]
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
    return values if numbers else [display_value(one, name) for one in settings]


def _row(found: Comparison, world: World, place: int) -> dict[str, Any]:
    one, decision = world.contenders[place], world.decisions[place]
    row = {"world": world.name} | dict.fromkeys(found.names)
    row |= _decided(world.best[place], found.label(world.contenders[world.baseline]), decision)
    if found.until is not None:
        row |= {"replications": one.replications, "stopped": stopped(found, world, one, decision)}
    return row | dict(one.scores) | {"run": " ".join(run.hash for run in one.records)}


def _decided(best: str, baseline: str, decision: Decision) -> dict[str, Any]:
    low, high = decision.interval or (None, None)
    return {
        "verdict": decision.verdict,
        "may_be_best": best,
        "baseline": baseline,
        "behind": decision.behind,
        "behind/low": low,
        "behind/high": high,
        "behind/bootstrap/low": decision.low,
        "behind/bootstrap/high": decision.high,
        "wins": decision.wins,
        "pairs": decision.pairs,
        "p": decision.p,
        "p/holm": decision.adjusted,
    }
