"""The scores of runs side by side: a frame for files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.lab.compare.decisions import Pair, standings
from sim.lab.compare.statistics import t_interval
from sim.lab.record import Record
from sim.lab.settings import flat, varying

if TYPE_CHECKING:
    import pandas as pd

REGRET = "regret/per_request"


def compare(records: Sequence[Record], looks: int = 1) -> pd.DataFrame:
    """Return a row per run: the settings that vary, every score with its interval, and the run's name.

    ``behind`` is the mean difference in regret per request to the run with the least among those of the same
    scenario and seed, with the half-width ``behind/half`` of its 95 % interval. It is taken replication
    by replication, over those that both have: equal seeds meet equal users and noise, so that differences are known
    far better than scores.

    Args:
        records: complete runs.
        looks: at how many numbers of replications data were looked at, see `sim.lab.until`.
    """
    import pandas as pd

    runs = [flat(r.config) for r in records]
    names = varying(runs)
    best = _best(records)
    rows = []
    for record, settings in zip(records, runs, strict=True):
        behind, half = paired(record, best[_company(record)], looks)
        row = {n: settings.get(n) for n in names} | {"behind": behind, "behind/half": half}
        rows.append(row | record.summary | {"run": record.hash})
    frame = pd.DataFrame(rows)
    scores = [c for c in frame if c not in (*names, "run")]
    return frame.astype(dict.fromkeys(scores, "float64"))


def _company(record: Record) -> tuple[Any, ...]:
    """Return what runs must share to be paired."""
    return record.config["scenario"]["name"], record.config["seed"]


def _best(records: Sequence[Record]) -> dict[tuple[Any, ...], Record]:
    groups: dict[tuple[Any, ...], list[Record]] = {}
    for record in records:
        groups.setdefault(_company(record), []).append(record)
    return {company: group[int(np.argmin(standings([_regret(r) for r in group])))] for company, group in groups.items()}


def _regret(record: Record) -> dict[Pair, float]:
    """Return regret per request by replication, where it is known."""
    values = record.table("replicates")[REGRET].to_numpy(dtype=float)
    return {(0, n): float(value) for n, value in enumerate(values) if np.isfinite(value)}


def paired(record: Record, best: Record, looks: int = 1) -> tuple[float | None, float | None]:
    """Return mean and half-width of the difference in regret per request, paired by replication; None if unknown."""
    ours, theirs = (r.table("replicates")[REGRET].to_numpy(dtype=float) for r in (record, best))
    common = min(len(ours), len(theirs))
    gaps = ours[:common] - theirs[:common]
    if not np.all(np.isfinite(gaps)):
        return None, None
    told = t_interval(gaps, looks)
    return (float(gaps[0]), None) if told is None else told[:2]


def title(records: Sequence[Record]) -> str:
    """Return what all runs have in common."""
    scenarios = sorted({r.config["scenario"]["name"] for r in records})
    replications = sorted({int(r.config["replications"]) for r in records})
    many = (
        f"{replications[0]} replications"
        if len(replications) == 1
        else f"{replications[0]} to {replications[-1]} replications"
    )
    note = ", ± 95 % intervals" if replications[0] > 1 else ""
    return f"{', '.join(scenarios)}: {len(records)} runs of {many}{note}"


def half(row: dict[Any, Any], name: str) -> float | None:
    """Return the half-width of a score's interval, None without one."""
    low, high = row.get(f"{name}/low"), row.get(f"{name}/high")
    return None if low is None or high is None else (high - low) / 2
