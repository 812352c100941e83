"""Hints at a warm-up and at busy trainers.

MSER-5: of all instants it takes the one from which on the mean is known best: early ones keep the warm-up in, late ones
throw data away. White 1997 (https://doi.org/10.1177/003754979706900601) on means of five observations, here of five
buckets of the curve; a cut in the second half says that the run is too short, and is none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.analysis.buckets import weighted
from sim.analysis.score import REGRET
from sim.analysis.settings import run_label
from sim.lab.report.model import Floats
from sim.lab.report.units import digits
from sim.lab.store.run_folder import Record
from sim.laws.durations import seconds, text

BATCH = 5  # observations
VISIBLE = 4.0  # standard errors between the warm-up and what follows
BUSY = 0.95  # of the time: a trainer is saturated
_UNITS = (3600.0, 60.0, 1.0)


def warm_up_hint(records: Sequence[Record]) -> str | None:
    """Return a hint at the longest visible warm-up, or None."""
    found = [over for record in records if (over := warm_up(record)) is not None]
    if not found:
        return None
    longest = max(found)
    unit = next(unit for unit in _UNITS if longest >= 5 * unit or unit == 1.0)
    start = text(float(np.ceil(longest / unit) * unit))
    return f"regret settles only after a warm-up of about {start} (MSER-5): score_from={start} leaves it out"


def warm_up(record: Record) -> float | None:
    """Return the end of the warm-up in seconds, or None."""
    curve = record.table("curve")
    known = weighted(curve, REGRET)
    if known is None:
        return None
    place = curve["bucket"].to_numpy() // BATCH
    sums, weights = (np.bincount(place, amounts) for amounts in known)
    ends = np.zeros(len(sums))
    np.maximum.at(ends, place, curve["at"].to_numpy(dtype=float))
    some = np.flatnonzero(weights)
    values = sums[some] / weights[some]
    cut = mser(values)
    return float(ends[some[cut - 1]]) if cut and visible(values, cut) else None


def mser(values: Floats) -> int:
    """Return how many first batch means to leave out.

    It is 0 where nothing, or half of them and more, would be left out.

    >>> mser(np.array([9.0, 5.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0]))
    2
    """
    n = len(values)
    if n < 2:
        return 0
    left = np.arange(n, 0, -1)
    sums, squares = (np.add.accumulate(some[::-1])[::-1] for some in (values, values * values))
    spread = (squares - sums * sums / left) / left**2
    cut = int(np.argmin(spread[: n - n // 4]))  # of the last few values the spread means nothing
    return cut if cut < n // 2 else 0


def visible(values: Floats, cut: int) -> bool:
    """Return whether the first values differ by more than chance."""
    first, rest = values[:cut], values[cut:]
    error = float(np.std(rest, ddof=1)) * np.sqrt(1.0 / len(first) + 1.0 / len(rest))
    return abs(float(first.mean() - rest.mean())) > VISIBLE * float(error)


def _load(record: Record) -> float:
    """Return the trainer's utilisation, 0 without a trainer."""
    spent = record.summary.get("cost/training_time")
    if record.config.ship == "in_place" or spent is None:
        return 0.0
    return spent / seconds(str(record.config.scenario["horizon"]))


def saturated(record: Record) -> str | None:
    """Return a warning if the trainer is saturated, None otherwise."""
    if (share := _load(record)) <= BUSY:
        return None
    done = digits(record.summary.get("versions/trained"))
    merged = record.summary.get("triggers/merged")
    lost = f", and {digits(merged)} triggers merged with one that was waiting" if merged else ""
    return f"warning: the trainer was busy {int(100 * share)} % of the time: {done} trainings{lost}"


def saturated_among(records: Sequence[Record]) -> str | None:
    """Return a warning that names the runs with saturated trainers."""
    found = [record for record in records if _load(record) > BUSY]
    names = "; ".join(run_label(record.config) for record in found)
    share = f"{100 * BUSY:.0f} % of the time in {len(found)} of {len(records)} runs"
    return f"warning: the trainer was busy more than {share}, triggers merged: {names}" if found else None
