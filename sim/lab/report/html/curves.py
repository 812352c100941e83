"""Figures over simulated time: regret, the age of what serves, feedback on its way."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.analysis.paired.contenders import Contender
from sim.analysis.score import TITLE, WORDS
from sim.lab.report.charts.curves import band, binned, headroom
from sim.lab.report.html.markup import Safe
from sim.lab.report.html.plot import Plot
from sim.lab.report.html.scales import Floats, Linear, Spans, padded, unit_of
from sim.lab.report.html.selection import Drawn
from sim.lab.store.run_folder import TRACE, Record, record_of

DAY = 86400.0
_BANDS = 3
_MARKS = 5  # on a line
_POINTS = 12  # on a tooth
_EXACT = 40  # versions; the teeth of more would be a grey area
UNLEARNED = "staleness/unlearned/mean"


def regret(shown: list[Drawn]) -> Safe:
    """Return regret over time with 95 % bands for the first few."""
    found = [_mean(one.contender) for one in shown]
    lines = np.concatenate([middle for _, middle, _ in found])
    reach = np.concatenate([m + h if n < _BANDS else m for n, (_, m, h) in enumerate(found)])
    ends = np.concatenate([lines, np.minimum(reach, headroom(lines))])
    plot = _over_time(shown, padded(ends, from_zero=True), WORDS)
    size = _unit(shown)[0]
    for one, (at, middle, half) in list(zip(shown, found, strict=True))[:_BANDS]:
        plot.band(at / size, middle - half, middle + half, one.style)
    for one, (at, middle, _) in zip(shown, found, strict=True):
        plot.line(at / size, middle, one.style, one.name, _MARKS)
    return plot.svg(f"{TITLE} over simulated time")


def _mean(one: Contender) -> tuple[Floats, Floats, Floats]:
    """Return seconds, mean regret and half-width of its interval, where some replication had requests.

    The half-width is 0 with fewer than two replications, NaN where not all had requests.
    """
    parts = [binned(record_of(record)) for record in one.records]
    middle, half = band(np.vstack([regrets for _, regrets, _ in parts]))
    some = np.isfinite(middle)
    return parts[0][0][some] * DAY, middle[some], np.zeros(some.sum()) if half is None else half[some]


def age(shown: list[Drawn]) -> Safe:
    """Return the age of the serving data: it grows with time and falls when a version goes live.

    The teeth are those of the first replication; where there would be too many, the line is their mean.
    """
    found = [_teeth(record_of(one.contender.records[0])) for one in shown]
    plot = _over_time(shown, Spans(1.15 * max(_most(values) for _, values in found)), "age of the serving data")
    size = _unit(shown)[0]
    for one, (at, values) in zip(shown, found, strict=True):
        plot.line(at / size, values, one.style, one.name, _MARKS)
    return plot.svg("Age of the serving data over simulated time")


def flight(shown: list[Drawn]) -> Safe:
    """Return how many impressions wait: for the log if a trace tells it, else for the version that serves."""
    exact = traced(shown)
    found = [
        _waiting(record_of(one.contender.records[0])) if exact else _unlearned(record_of(one.contender.records[0]))
        for one in shown
    ]
    scale = Linear(0.0, 1.06 * max(_most(values) for _, values in found))
    plot = _over_time(shown, scale, "impressions under way")
    size = _unit(shown)[0]
    for one, (at, values) in zip(shown, found, strict=True):
        plot.line(at / size, values, one.style, one.name, _MARKS)
    return plot.svg("Impressions whose outcome is under way over simulated time")


def traced(shown: list[Drawn]) -> bool:
    """Say whether all that is drawn has a trace."""
    return all((record_of(one.contender.records[0]).folder / TRACE[1]).is_file() for one in shown)


def first(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the first replication."""
    return table[table["replication"] == table["replication"].min()] if "replication" in table else table


def horizon(contender: Contender) -> float:
    """Return the horizon in seconds."""
    return float(first(record_of(contender.records[0]).table("curve"))["at"].max())


def _over_time(shown: list[Drawn], y: Linear | Spans, name: str) -> Plot:
    size, unit = _unit(shown)
    longest = max(horizon(one.contender) for one in shown)
    return Plot(Linear(0.0, longest / size), y, unit, name)


def _unit(shown: list[Drawn]) -> tuple[float, str]:
    return unit_of(max(horizon(one.contender) for one in shown))


def _most(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.max()) if known.size and known.max() > 0 else 1.0


def _teeth(record: Record) -> tuple[Floats, Floats]:
    """Return instants from each version's going live to the next one's, and the age of the data then."""
    end = float(record.table("curve")["at"].max())
    live = first(record.table("versions")).dropna(subset=["live_at"]).sort_values(["live_at", "version"])
    if len(live) > _EXACT:
        at, _, ages = binned(record)
        return at * DAY, ages[0]
    starts, cutoffs = live["live_at"].to_numpy(dtype=float), live["cutoff_at"].to_numpy(dtype=float)
    share = np.linspace(0.0, 1.0, _POINTS) ** 2  # dense at the start: the axis is not linear
    at = starts[:, None] + (np.append(starts[1:], end) - starts)[:, None] * share
    return at.ravel(), (at - cutoffs[:, None]).ravel()


def _unlearned(record: Record) -> tuple[Floats, Floats]:
    curve = first(record.table("curve"))
    return curve["at"].to_numpy(dtype=float), curve[UNLEARNED].to_numpy(dtype=float)


def _waiting(record: Record) -> tuple[Floats, Floats]:
    """Return how many impressions were served but not yet in the log, at the end of each bucket."""
    at = first(record.table("curve"))["at"].to_numpy(dtype=float)
    trace = first(record.table("impressions"))
    served = np.sort(trace["request_at"].to_numpy(dtype=float))
    arrived = np.sort(trace["delivered_at"].dropna().to_numpy(dtype=float))
    return at, (np.searchsorted(served, at, "right") - np.searchsorted(arrived, at, "right")).astype(float)
