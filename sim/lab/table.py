"""The scores of runs side by side: a frame for files."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.lab.record import Record
from sim.lab.settings import flat, varying

if TYPE_CHECKING:
    import pandas as pd

REGRET = "regret/per_request"


def compare(records: Sequence[Record]) -> pd.DataFrame:
    """Return a row per run: the settings that vary, every score with its interval, and the run's name.

    ``behind`` is the mean difference in regret per request to the run with the least among those of the same
    scenario, seed and replications, with the half-width ``behind/half`` of its 95 % interval. It is taken replication
    by replication: equal seeds meet equal users and noise, so that differences are known far better than scores.
    """
    import pandas as pd

    runs = [flat(r.config) for r in records]
    names = varying(runs)
    best = _best(records)
    rows = []
    for record, settings in zip(records, runs, strict=True):
        behind, half = paired(record, best[_company(record)])
        row = {n: settings.get(n) for n in names} | {"behind": behind, "behind/half": half}
        rows.append(row | record.summary | {"run": record.hash})
    frame = pd.DataFrame(rows)
    scores = [c for c in frame if c not in (*names, "run")]
    return frame.astype(dict.fromkeys(scores, "float64"))


def _company(record: Record) -> tuple[Any, ...]:
    """Return what runs must share to be paired."""
    return record.config["scenario"]["name"], record.config["seed"], record.config["replications"]


def _best(records: Sequence[Record]) -> dict[tuple[Any, ...], Record]:
    best: dict[tuple[Any, ...], Record] = {}
    for record in sorted(records, key=lambda r: _or_infinite(r.summary.get(REGRET))):
        best.setdefault(_company(record), record)
    return best


def _or_infinite(value: float | None) -> float:
    return math.inf if value is None else value


def paired(record: Record, best: Record) -> tuple[float | None, float | None]:
    """Return mean and half-width of the difference in regret per request, paired by replication; None if unknown."""
    from sim.score.summary import interval

    ours, theirs = (r.table("replicates")[REGRET].to_numpy(dtype=float) for r in (record, best))
    gaps = ours - theirs
    if not np.all(np.isfinite(gaps)):
        return None, None
    return interval(gaps) if len(gaps) > 1 else (float(gaps[0]), None)


def title(records: Sequence[Record]) -> str:
    """Return what all runs have in common."""
    scenarios = sorted({r.config["scenario"]["name"] for r in records})
    replications = sorted({int(r.config["replications"]) for r in records})
    many = f"{replications[0]} replications" if len(replications) == 1 else "replications as given"
    note = ", ± 95 % intervals" if replications[0] > 1 else ""
    return f"{', '.join(scenarios)}: {len(records)} runs of {many}{note}"


def half(row: dict[Any, Any], name: str) -> float | None:
    """Return the half-width of a score's interval, None without one."""
    low, high = row.get(f"{name}/low"), row.get(f"{name}/high")
    return None if low is None or high is None else (high - low) / 2
