"""What is drawn over time, read from run folders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.buckets import weighted
from sim.analysis.paired.contenders import Contender
from sim.analysis.score import REGRET
from sim.lab.report.palette import Look
from sim.lab.report.selection import Series
from sim.lab.store.run_folder import TRACE, Record, record_of
from sim.lazy import lazy
from sim.score.metrics.base import ratio

if TYPE_CHECKING:
    import pandas as pd
    import scipy.special as scipy_special
else:
    scipy_special = lazy("scipy.special")

Floats = NDArray[np.float64]
DAY = 86400.0
AGE, UNLEARNED = "staleness/data_age/mean", "staleness/unlearned/mean"
POINTS = (36, 24, 18, 12, 9, 6)  # on a line: the first of these at which every replication has requests, else the last
BANDS = 4  # replications: the interval of fewer is wider than what it is about
_ALL_BANDED = 4  # lines; of more only the best have bands, which would hide each other
_BEST = 3


@dataclass(frozen=True)
class Curve:
    """A contender over time, ``(k,)`` each; NaN where nothing is known.

    Attributes:
        name: in the legend.
        look: of the line.
        at: days.
        regret: mean over replications that have requests then.
        regret_half: half-width of its 95 % interval.
        age: age of the serving data in seconds.
        age_half: half-width of its 95 % interval.
        banded: whether the intervals are drawn.
    """

    name: str
    look: Look
    at: Floats
    regret: Floats
    regret_half: Floats
    age: Floats
    age_half: Floats
    banded: bool


@dataclass(frozen=True)
class Flight:
    """Impressions under way at some instants, ``(k,)`` each, in days."""

    name: str
    look: Look
    at: Floats
    number: Floats


def curves(shown: Sequence[Series]) -> list[Curve]:
    """Return regret and data age over time of what is drawn."""
    best = sorted(one.contender.mean for one in shown)[: _ALL_BANDED if len(shown) <= _ALL_BANDED else _BEST]
    made = []
    for one in shown:
        at, regret, age = binned([record_of(run).table("curve") for run in one.contender.records])
        banded = one.contender.mean in best and len(regret) >= BANDS
        made.append(Curve(one.name, one.look, at, *band(regret), *band(age), banded))
    return made


def binned(tables: Sequence[pd.DataFrame]) -> tuple[Floats, Floats, Floats]:
    """Return the curves of the runs of a contender on few points.

    Returns:
        Days ``(k,)``; regret and data age in seconds, ``(replications, k)``; NaN without requests, or if not known.
    """
    count = int(tables[0]["bucket"].max()) + 1
    for points in POINTS:
        parts = min(points, count)
        regret, age = (np.vstack([_sums(table, name, parts, count) for table in tables]) for name in (REGRET, AGE))
        asked = np.flatnonzero(regret[:, 1].any(axis=0))
        if asked.size and regret[:, 1, asked[0] : asked[-1] + 1].all():
            break
    part = tables[0]["bucket"].to_numpy() * parts // count
    at = np.bincount(part, tables[0]["at"].to_numpy(dtype=float)) / np.bincount(part) / DAY
    return at, ratio(regret[:, 0], regret[:, 1]), ratio(age[:, 0], age[:, 1])


def _sums(curve: pd.DataFrame, name: str, parts: int, count: int) -> Floats:
    """Return numerators and denominators of a column, ``(replications, 2, parts)``; zeros if it is not known."""
    run = curve["replication"].to_numpy() if "replication" in curve else np.zeros(len(curve), dtype=int)
    size = int(run.max()) + 1
    if (known := weighted(curve, name)) is None:
        return np.zeros((size, 2, parts))
    place = run * parts + curve["bucket"].to_numpy() * parts // count
    return np.stack([np.bincount(place, one, size * parts).reshape(size, parts) for one in known], axis=1)


def band(values: Floats) -> tuple[Floats, Floats]:
    """Return mean and half-width of the 95 % interval over replications, ``(k,)`` each.

    The mean is over the replications that have a value, NaN where none has; the half-width needs two, and all of them,
    and is NaN elsewhere.
    """
    known = np.isfinite(values)
    n, some = len(values), known.sum(axis=0)
    middle = np.where(some > 0, np.where(known, values, 0.0).sum(axis=0) / np.maximum(some, 1), np.nan)
    if n == 1:
        return middle, np.full_like(middle, np.nan)
    return middle, float(scipy_special.stdtrit(n - 1, 0.975)) * values.std(axis=0, ddof=1) / np.sqrt(n)


def flights(shown: Sequence[Series]) -> list[Flight]:
    """Return how many impressions wait: for the log if all have a trace, else for the version that serves."""
    count = _waiting if traced(shown) else _unlearned
    return [Flight(one.name, one.look, *count(record_of(one.contender.records[0]))) for one in shown]


def traced(shown: Sequence[Series]) -> bool:
    """Say whether all that is drawn has a trace."""
    return all((record_of(one.contender.records[0]).folder / TRACE[1]).is_file() for one in shown)


def first(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the first replication."""
    return table[table["replication"] == table["replication"].min()] if "replication" in table else table


def horizon(one: Contender) -> float:
    """Return the end of a contender's curve in seconds."""
    return float(record_of(one.records[0]).table("curve")["at"].max())


def _unlearned(record: Record) -> tuple[Floats, Floats]:
    curve = first(record.table("curve")).dropna(subset=[UNLEARNED])  # without requests nothing is known
    return curve["at"].to_numpy(dtype=float) / DAY, curve[UNLEARNED].to_numpy(dtype=float)


def _waiting(record: Record) -> tuple[Floats, Floats]:
    """Return how many impressions were served but not yet in the log, at the end of each bucket."""
    at = first(record.table("curve"))["at"].to_numpy(dtype=float)
    trace = first(record.table("impressions"))
    served = np.sort(trace["request_at"].to_numpy(dtype=float))
    arrived = np.sort(trace["delivered_at"].dropna().to_numpy(dtype=float))
    return at / DAY, (np.searchsorted(served, at, "right") - np.searchsorted(arrived, at, "right")).astype(float)
