"""The figure of one run: regret and staleness over time, with bands over replications."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.analysis.buckets import weighted
from sim.analysis.score import REGRET, TITLE
from sim.score.metrics.base import ratio
from sim.score.summary import interval

Floats = NDArray[np.float64]
POINTS = 60  # at most, along the axis of time
_UNITS = (("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0), ("seconds", 1.0))
_AGES = (
    ("data age", "staleness/data_age/mean", "#0072B2", "-"),
    ("model age", "staleness/model_age/mean", "#A84300", "--"),
)


def draw(curve: pd.DataFrame, title: str) -> Figure:
    """Return the figure of a run.

    Args:
        curve: a row per time bucket (of each replication), as `sim.simulation.Run` has it.
        title: above the figure.

    Returns:
        Regret at the base rate, and beneath it data age and model age; bands are 95 % intervals over replications.
    """
    with rc_context({"text.parse_math": False}):  # a name with $ in it is a name
        figure = Figure(figsize=(7.5, 5.5), layout="constrained")
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
        ends = _means(curve, "at")[0]
        unit, size = _unit(ends)
        _line(above, ends / size, _means(curve, REGRET), "#0072B2", "-", TITLE)
        above.set_ylabel(TITLE)
        ages = [_means(curve, column) for _, column, _, _ in _AGES]
        shown, long = _unit(np.concatenate([age.ravel() for age in ages]))
        for (name, _, colour, style), age in zip(_AGES, ages, strict=True):
            _line(below, ends / size, age / long, colour, style, name)
        below.set_ylabel(f"staleness, {shown}")
        below.set_xlabel(unit)
        below.legend(frameon=False)
        for axes in (above, below):
            axes.grid(alpha=0.25, linewidth=0.6)
            axes.spines[["top", "right"]].set_visible(False)
            axes.margins(x=0.01)
            axes.set_ylim(bottom=0.0)
        figure.suptitle(title, fontsize=10)
    return figure


def _means(curve: pd.DataFrame, column: str) -> Floats:
    """Return a column on at most `POINTS` points, ``(replications, points)``; NaN where nothing is known."""
    bucket = curve["bucket"].to_numpy(dtype=np.int64)
    points = min(POINTS, int(bucket.max()) + 1)
    point = bucket * points // (int(bucket.max()) + 1)
    run = curve["replication"].to_numpy(dtype=np.int64) if "replication" in curve else np.zeros_like(bucket)
    place, shape = run * points + point, (int(run.max()) + 1, points)
    if column == "at":
        ends = np.zeros(shape)
        np.maximum.at(ends.reshape(-1), place, curve["at"].to_numpy(dtype=float))
        return ends
    known = weighted(curve, column)
    if known is None:
        return np.full(shape, np.nan)
    above, below = (np.bincount(place, amounts, shape[0] * points).astype(float) for amounts in known)
    return ratio(above, below).reshape(shape)


def _unit(seconds: Floats) -> tuple[str, float]:
    """Return the largest unit of which the longest time is at least two."""
    longest = np.nanmax(seconds, initial=0.0)
    return next(((name, size) for name, size in _UNITS if longest >= 2 * size), _UNITS[-1])


def _line(axes: Axes, at: Floats, values: Floats, colour: str, style: str, label: str) -> None:
    """Draw the mean over replications, and its 95 % interval where all of them have a value."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    middle = np.where(count > 0, np.where(known, values, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
    axes.plot(at, middle, color=colour, linestyle=style, linewidth=1.6, label=label)
    if len(values) > 1:
        half = np.array([interval(v)[1] if np.isfinite(v).all() else np.nan for v in values.T])
        axes.fill_between(at, middle - half, middle + half, color=colour, alpha=0.15, linewidth=0)
