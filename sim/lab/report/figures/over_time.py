"""Regret, staleness and impressions under way over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from sim.analysis.buckets import weighted
from sim.analysis.score import REGRET
from sim.lab.report.figures.selection import Series
from sim.lab.report.hints import warm_up_hint
from sim.lab.report.model import Floats, Line, Lines, OverTime
from sim.lab.report.palette import BASELINE, look
from sim.lab.store.run_folder import TRACE, Record, record_of
from sim.score.metrics.base import ratio

if TYPE_CHECKING:
    import pandas as pd

DAY = 86400.0
AGE, MODEL_AGE, UNLEARNED = "staleness/data_age/mean", "staleness/model_age/mean", "staleness/unlearned/mean"
POINTS = (36, 24, 18, 12, 9, 6)  # on a line: the first of these at which every replication has requests, else the last
BANDS = 4  # replications: the interval of fewer is wider than what it is about
_ALL_BANDED = 4  # lines; of more only the best have bands, which would hide each other
_BEST = 3
_AGE = "Below, the age of the data that serve: it grows by a second a second and falls when a version goes live."


def over_time(shown: Sequence[Series]) -> OverTime:
    """Return regret and data age over time."""
    best = sorted(one.contender.mean for one in shown)[: _ALL_BANDED if len(shown) <= _ALL_BANDED else _BEST]
    regret: list[Line] = []
    ages: list[Line] = []
    banded = []
    for one in shown:
        records = [record_of(run) for run in one.contender.records]
        at, (losses, staleness) = binned([record.table("curve") for record in records], (REGRET, AGE))
        wide = one.contender.mean in best and len(losses) >= BANDS
        for lines, values in ((regret, losses), (ages, staleness)):
            middle, half = band(values)
            lines.append(Line(one.name, one.look, at, middle, half if wide else None))
        banded += [one.name] if wide else []
    some = "" if len(banded) == len(shown) else f" of {'; '.join(banded)}"
    bands = f"Shaded: 95 % intervals{some}." if banded else f"No intervals: they need {BANDS} replications."
    warm_up = warm_up_hint([record_of(run) for one in shown for run in one.contender.records])
    about = " ".join([bands, _AGE, *([f"Hint: {warm_up}."] if warm_up else [])])
    return OverTime(tuple(regret), tuple(ages), about)


def of_one_run(curve: pd.DataFrame) -> OverTime:
    """Return regret, data age and model age of a run."""
    at, (regret, data, model) = binned([curve], (REGRET, AGE, MODEL_AGE))
    looks = (("regret", BASELINE, regret), ("data age", look(0), data), ("model age", look(1), model))
    above, *below = (Line(name, style, at, *band(values)) for name, style, values in looks)
    return OverTime((above,), tuple(below))


def binned(tables: Sequence[pd.DataFrame], columns: Sequence[str]) -> tuple[Floats, list[Floats]]:
    """Return columns of a contender's curves on few points.

    Days ``(k,)``; values ``(replications, k)``, NaN if not known. The first column decides how many points there are.
    """
    count = int(tables[0]["bucket"].max()) + 1
    for points in POINTS:
        parts = min(points, count)
        sums = [np.vstack([_sums(table, name, parts, count) for table in tables]) for name in columns]
        asked = np.flatnonzero(sums[0][:, 1].any(axis=0))
        if asked.size and sums[0][:, 1, asked[0] : asked[-1] + 1].all():
            break
    part = tables[0]["bucket"].to_numpy() * parts // count
    at = np.bincount(part, tables[0]["at"].to_numpy(dtype=float)) / np.bincount(part) / DAY
    return at, [ratio(one[:, 0], one[:, 1]) for one in sums]


def _sums(curve: pd.DataFrame, name: str, parts: int, count: int) -> Floats:
    """Return numerators and denominators, ``(replications, 2, parts)``; zeros if unknown."""
    run = curve["replication"].to_numpy() if "replication" in curve else np.zeros(len(curve), dtype=int)
    size = int(run.max()) + 1
    if (known := weighted(curve, name)) is None:
        return np.zeros((size, 2, parts))
    place = run * parts + curve["bucket"].to_numpy() * parts // count
    return np.stack([np.bincount(place, one, size * parts).reshape(size, parts) for one in known], axis=1)


def band(values: Floats) -> tuple[Floats, Floats | None]:
    """Return mean of what is known and half-width, ``(k,)``.

    The half-width of the 95 % interval needs a value of each replication, and more than one.
    """
    known = np.isfinite(values)
    n, some = len(values), known.sum(axis=0)
    middle = np.where(some > 0, np.where(known, values, 0.0).sum(axis=0) / np.maximum(some, 1), np.nan)
    if n == 1:
        return middle, None
    return middle, float(stdtrit(n - 1, 0.975)) * values.std(axis=0, ddof=1) / np.sqrt(n)


def in_flight(shown: Sequence[Series]) -> Lines:
    """Return how many impressions wait for the log."""
    records = [record_of(one.contender.records[0]) for one in shown]
    traced = all((record.folder / TRACE[1]).is_file() for record in records)
    count = _waiting if traced else _unlearned
    lines = [Line(one.name, one.look, *count(record)) for one, record in zip(shown, records, strict=True)]
    what = "whose outcome, or its absence, is not in the log yet; one replication"
    if not traced:
        what = "whose outcome the serving version has not learnt; one replication, mean of each bucket"
    return Lines(tuple(lines), f"Impressions served {what}.")


def first(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the first replication."""
    return table[table["replication"] == table["replication"].min()] if "replication" in table else table


def _unlearned(record: Record) -> tuple[Floats, Floats]:
    curve = first(record.table("curve")).dropna(subset=[UNLEARNED])  # without requests nothing is known
    return curve["at"].to_numpy(dtype=float) / DAY, curve[UNLEARNED].to_numpy(dtype=float)


def _waiting(record: Record) -> tuple[Floats, Floats]:
    """Return how many served impressions are not in the log."""
    at = first(record.table("curve"))["at"].to_numpy(dtype=float)
    trace = first(record.table("impressions"))
    served = np.sort(trace["request_at"].to_numpy(dtype=float))
    arrived = np.sort(trace["delivered_at"].dropna().to_numpy(dtype=float))
    return at / DAY, (np.searchsorted(served, at, "right") - np.searchsorted(arrived, at, "right")).astype(float)
