"""The figure of a comparison: regret at the base rate over time, and beneath it how old the serving data are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.buckets import weighted
from sim.analysis.score import REGRET, WORDS
from sim.analysis.settings import flat, named, short_name, told, varying
from sim.lab.report.score_table import title
from sim.lab.report.units import span
from sim.lab.store.atomic import write_atomic
from sim.lab.store.run_folder import Record

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]
POINTS = 36
MOST_LINES = 12
MOST_BANDS = 4  # in a panel; with more lines, only the bands of the best
AGE = "staleness/data_age/mean"
# Okabe & Ito's colours, told apart with any colour vision: https://jfly.uni-koeln.de/color/
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
STYLES = ("-", "--", ":", "-.")


@dataclass(frozen=True)
class Line:
    """A run in the figure."""

    record: Record
    panel: str
    name: str
    colour: str
    style: str


def draw(records: Sequence[Record], world: str, file: Path) -> None:
    """Write the figure of a comparison as PNG; bands are 95 % intervals over replications.

    Args:
        records: the runs.
        world: the name of the world that they are of, where it is one of many; else empty.
        file: where to.
    """
    from matplotlib import rc_context

    with rc_context({"text.parse_math": False}):  # a name with $ in it is a name
        _draw(records, world, file)


def _draw(records: Sequence[Record], world: str, file: Path) -> None:
    from io import BytesIO

    from matplotlib.figure import Figure

    lines = lines_of(records)
    panels = list(dict.fromkeys(line.panel for line in lines))
    figure = Figure(figsize=(2.2 + 5.2 * len(panels), 7.0), dpi=130, layout="constrained")
    axes = figure.subplots(2, len(panels), sharex=True, sharey="row", squeeze=False, height_ratios=[3, 2])
    shaded = banded(lines)
    for line in lines:
        _plot(axes[:, panels.index(line.panel)], line, line in shaded)
    for column, panel in enumerate(panels):
        axes[0, column].set_title(panel)
    _in_hours_if_short(axes[1])
    _dress(axes)
    some = f" (drawn for the best {MOST_BANDS - 1})" if len(shaded) < len(lines) and lines else ""
    heading = ", ".join(filter(None, (title(records), world)))
    figure.suptitle(heading + some, fontsize=10)
    drawn = {artist.get_label(): artist for axis in axes[0] for artist in axis.get_lines()}
    longest = max(map(len, map(str, drawn)), default=0)
    columns = max(1, min(4, len(drawn), int(12 * figure.get_figwidth() / (longest + 8))))  # about 12 letters an inch
    figure.legend(list(drawn.values()), list(drawn), loc="outside lower center", ncols=columns, frameon=False)
    buffer = BytesIO()
    figure.savefig(buffer, format="png")
    write_atomic(file, buffer.getvalue())


def lines_of(records: Sequence[Record]) -> list[Line]:
    """Return a line per run.

    With many runs the first setting that varies makes the panels; the next the colours, the rest the styles.
    Of too many runs those with the least regret are drawn; the table has all of them.
    """
    runs = [flat(r.config) for r in records]
    names = varying(runs)
    levels = len({str(run.get(names[0])) for run in runs}) if names else 0
    facet = names[0] if len(names) > 1 and 1 < levels <= 3 and len(records) > levels else None
    inner = [n for n in names if n != facet]
    level = _numbered(str(run.get(inner[0])) if inner else "" for run in runs)
    other = _numbered(" ".join(told(run, name) for name in inner[1:]) for run in runs)
    lines = [
        Line(
            record,
            f"{short_name(facet)} {told(run, facet)}" if facet else "",
            ", ".join(filter(None, (named(run, n) for n in inner))) or "the run",
            COLOURS[first % len(COLOURS)],
            STYLES[(rest + first // len(COLOURS)) % len(STYLES)],  # when the colours are used up, another style
        )
        for record, run, first, rest in zip(records, runs, level, other, strict=True)
    ]
    return _fewer(lines)


def _numbered(values: Iterable[str]) -> list[int]:
    """Return for each value the number of its first appearance among the different ones."""
    seen: dict[str, int] = {}
    return [seen.setdefault(value, len(seen)) for value in values]


def _fewer(lines: list[Line]) -> list[Line]:
    kept = []
    for panel in dict.fromkeys(line.panel for line in lines):
        inside = [line for line in lines if line.panel == panel]
        best = sorted(inside, key=_regret)[:MOST_LINES]
        kept += [line for line in inside if line in best]
    return kept


def banded(lines: list[Line]) -> list[Line]:
    """Return the lines whose intervals are drawn: many bands would hide each other, and the lines."""
    found = []
    for panel in dict.fromkeys(line.panel for line in lines):
        inside = [line for line in lines if line.panel == panel]
        found += inside if len(inside) <= MOST_BANDS else sorted(inside, key=_regret)[: MOST_BANDS - 1]
    return found


def _regret(line: Line) -> float:
    return line.record.summary.get(REGRET) or 0.0


def _plot(axes: Iterable[Axes], line: Line, shaded: bool) -> None:
    at, regret, age = binned(line.record)
    for axis, values in zip(axes, (regret, age), strict=True):
        middle, half = band(values)
        axis.plot(at, middle, color=line.colour, linestyle=line.style, linewidth=1.6, label=line.name)
        if half is not None and shaded:
            axis.fill_between(at, middle - half, middle + half, color=line.colour, alpha=0.13, linewidth=0)


def binned(record: Record) -> tuple[Floats, Floats, Floats]:
    """Return a record's curve on fewer points; figure and report draw the same.

    Returns:
        Days ``(k,)``; regret and data age in seconds, ``(replications, k)``; NaN without requests, or if not known.
    """
    kept: dict[str, Any] = vars(record)
    if "binned" not in kept:
        kept["binned"] = _binned(record.table("curve"))
    found: tuple[Floats, Floats, Floats] = kept["binned"]
    return found


def _binned(curve: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    from sim.score.metrics.base import ratio

    bucket = curve["bucket"].to_numpy()
    count = int(bucket.max()) + 1
    parts = min(POINTS, count)
    part = bucket * parts // count
    run = curve["replication"].to_numpy() if "replication" in curve else np.zeros_like(bucket)
    shape = (int(run.max()) + 1, parts)

    def mean(name: str) -> Floats:
        if (known := weighted(curve, name)) is None:
            return np.full(shape, np.nan)
        sums = [np.bincount(run * parts + part, amounts, shape[0] * parts).astype(float) for amounts in known]
        return ratio(*sums).reshape(shape)

    at = np.bincount(part, curve["at"].to_numpy(dtype=float)) / np.bincount(part) / 86400.0
    return at, mean(REGRET), mean(AGE)


def band(values: Floats) -> tuple[Floats, Floats | None]:
    """Return mean and half-width of the 95 % interval over replications, ``(k,)`` each.

    The mean is over the replications that have a value, NaN where none has; the half-width needs all of them, and is
    NaN elsewhere.
    """
    from scipy.special import stdtrit

    known = np.isfinite(values)
    n, some = len(values), known.sum(axis=0)
    middle = np.where(some > 0, np.where(known, values, 0.0).sum(axis=0) / np.maximum(some, 1), np.nan)
    if n == 1:
        return middle, None
    return middle, float(stdtrit(n - 1, 0.975)) * values.std(axis=0, ddof=1) / np.sqrt(n)


def headroom(lines: Floats) -> float:
    """Return where an axis of regret ends at most: with few replications the bands would flatten the lines.

    >>> headroom(np.array([0.2, 0.8, np.nan]))
    1.2
    """
    known = lines[np.isfinite(lines)]
    return round(1.5 * float(known.max()), 12) if known.size and known.max() > 0 else np.inf


def _in_hours_if_short(axes: Iterable[Axes]) -> None:
    """Name the unit of time; up to a day and a half, as in the report, the days are told in hours."""
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    for axis in axes:
        longest = max((float(np.max(line.get_xdata())) for line in axis.get_lines()), default=2.0)
        axis.set_xlabel("hours" if longest < 1.5 else "days")
        if longest < 1.5:
            step = next((hours for hours in (1, 2, 3, 6) if 24 * longest <= 8 * hours), 6)
            axis.xaxis.set_major_locator(MultipleLocator(step / 24))
            axis.xaxis.set_major_formatter(FuncFormatter(lambda days, _: f"{24 * days:.0f}"))


def _dress(axes: Any) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    axes[0, 0].set_ylabel(WORDS)
    axes[1, 0].set_ylabel("age of the serving data")
    for axis in axes.ravel():
        axis.grid(alpha=0.25, linewidth=0.6)
        axis.spines[["top", "right"]].set_visible(False)
        axis.margins(x=0.01)
    drawn = [np.asarray(line.get_ydata(), dtype=float) for axis in axes[0] for line in axis.get_lines()]
    top = min(axes[0, 0].get_ylim()[1], headroom(np.concatenate(drawn)) if drawn else np.inf)
    for axis in axes[0]:
        axis.set_ylim(0.0, top)
    for axis in axes[1]:
        axis.set_yscale("symlog", linthresh=60.0)
        axis.set_ylim(bottom=0.0)
        axis.yaxis.set_major_locator(FixedLocator([0, 60, 600, 3600, 6 * 3600, 86400, 7 * 86400]))
        axis.yaxis.set_minor_locator(NullLocator())
        axis.yaxis.set_major_formatter(FuncFormatter(lambda seconds, _: span(seconds)))
