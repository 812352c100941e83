"""The scores of runs side by side: a frame for files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.compare.comparison import Comparison
from sim.analysis.compare.contenders import regret_of
from sim.analysis.compare.decisions import Pair, against, standings
from sim.analysis.settings import flat, varying
from sim.lab.report.units import counted
from sim.lab.store.run_folder import Record

if TYPE_CHECKING:
    import pandas as pd


def compare(records: Sequence[Record], found: Comparison) -> pd.DataFrame:
    """Return a row per run: the settings that vary, every score with its interval, and the run's name.

    ``may_be_best`` is that of the comparison: of all seeds of a setting, within its world.

    ``behind`` is the mean difference in regret at the base rate to the run with the least of the same world and
    seed, paired as `sim.analysis.compare` does, with the half-width ``behind/half`` of its 95 % interval. It is taken
    replication by replication, over those that both have: equal seeds meet equal users and noise, so that differences
    are known far better than scores.

    Args:
        records: complete runs.
        found: their comparison.
    """
    import pandas as pd

    runs = [flat(r.config) for r in records]
    names = varying(runs)
    regret = [regret_of(record) for record in records]
    company = [(record.world, int(record.config["seed"])) for record in records]
    best = _best(regret, company)
    standing = found.best_by_run()
    rows = []
    for record, settings, mine, own in zip(records, runs, regret, company, strict=True):
        decision = against(mine, regret[best[own]], found.looks)
        told = {"behind": decision.behind, "behind/half": decision.half, "may_be_best": standing.get(record.hash)}
        row = {n: settings.get(n) for n in names} | told
        rows.append(row | record.summary | {"run": record.hash})
    frame = pd.DataFrame(rows)
    scores = [c for c in frame if c not in (*names, "may_be_best", "run")]
    return frame.astype(dict.fromkeys(scores, "float64"))


def _best(regret: Sequence[dict[Pair, float]], company: Sequence[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Return the place of the run with the least regret among those that may be compared with each other."""
    groups: dict[tuple[str, int], list[int]] = {}
    for place, own in enumerate(company):
        groups.setdefault(own, []).append(place)
    return {own: group[int(np.argmin(standings([regret[n] for n in group])))] for own, group in groups.items()}


def title(records: Sequence[Record]) -> str:
    """Return what all runs have in common."""
    scenarios = sorted({r.config["scenario"]["name"] for r in records})
    replications = sorted({int(r.config["replications"]) for r in records})
    least, most = replications[0], replications[-1]
    many = counted(most, "replication") if least == most else f"{least} to {most} replications"
    note = ", ± 95 % intervals" if least > 1 else ""
    return f"{', '.join(scenarios)}: {counted(len(records), 'run')} of {many}{note}"


def half(row: dict[Any, Any], name: str) -> float | None:
    """Return the half-width of a score's interval, None without one."""
    low, high = row.get(f"{name}/low"), row.get(f"{name}/high")
    return None if low is None or high is None else (high - low) / 2
