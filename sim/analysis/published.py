"""A published table beside the same table measured here.

A cell holds a score's mean over replications with a 95 % t-interval. Ratios and orders of rows or columns are compared
on equal replications, that is on common random numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.paired.scored_run import ScoredRun
from sim.analysis.paired.statistics import t_interval
from sim.analysis.published_table import Cell, Published
from sim.lazy import pd

Floats = NDArray[np.float64]
Interval = tuple[float | None, float | None, float | None]  # mean, low and high; None where unknown
YES, NO, UNDECIDED, UNKNOWN = "yes", "no", "undecided", ""


@dataclass(frozen=True)
class Comparison:
    """What was published beside what was measured.

    Attributes:
        cells: a row for each cell: ``row column score published measured low high replications ratio same``.
        statements: a row for each ratio and order: ``statement published measured low high same``.
    """

    cells: pd.DataFrame
    statements: pd.DataFrame


def replicated(run: ScoredRun, name: str) -> list[float]:
    """Return a score of each replication, empty if not known.

    Args:
        run: the run.
        name: that of the score.
    """
    if (rows := run.replicates) is not None:
        return [float(value) for value in rows[name]] if name in rows else []
    value = run.summary.get(name)
    return [] if value is None else [value]


def beside_published(table: Published, scores: Mapping[Cell, Sequence[float]]) -> Comparison:
    """Return a published table beside the scores measured.

    Args:
        table: what was published.
        scores: of each cell, one number for each replication; cells may be missing.

    >>> table = Published(source="a book", score="regret/total", rows={"UCB": {}}, columns={"1": {}, "3": {}},
    ...                   values={"UCB": (10.0, 20.0)}, tolerance=0.12)
    >>> found = beside_published(table, {("UCB", "1"): [10.0, 11.0], ("UCB", "3"): [30.0, 31.0]})
    >>> found.cells[["published", "measured", "same"]].values.tolist()
    [[10.0, 10.5, 'yes'], [20.0, 30.5, 'no']]
    """
    known = {cell: np.asarray(values, dtype=np.float64) for cell, values in scores.items()}
    cells = [_cell(table, row, column, known) for row in table.rows for column in table.columns]
    statements = [*_ratios(table, known), *_orders(table, known)]
    return Comparison(
        pd.DataFrame(cells),
        pd.DataFrame(statements, columns=["statement", "published", "measured", "low", "high", "same"]),
    )


def _cell(table: Published, row: str, column: str, known: Mapping[Cell, Floats]) -> dict[str, Any]:
    said, values = table.value(row, column), known.get((row, column), np.zeros(0))
    mean, low, high = _interval(values)
    return {
        "row": row,
        "column": column,
        "score": table.score_of((row, column)),
        "published": said,
        "measured": mean,
        "low": low,
        "high": high,
        "replications": len(values),
        "ratio": mean / said if mean is not None and said and not table.only_orders else None,
        "same": _judged(table, said, (mean, low, high)),
    }


def _below(said: float | None, low: float | None, high: float | None) -> str:
    return UNKNOWN if said is None or low is None or high is None else _sign(low - said, high - said)


def _judged(table: Published, said: float | None, found: Interval) -> str:
    """Return whether a cell is the same, or unknown."""
    if table.only_orders:
        return UNKNOWN
    return _below(said, *found[1:]) if table.at_most else _same(said, found, table.tolerance)


def _same(said: float | None, found: Interval, tolerance: float | None) -> str:
    mean, low, high = found
    if said is None or mean is None:
        return UNKNOWN
    if tolerance is not None:
        return YES if abs(mean / said - 1.0) <= tolerance else NO
    if low is None or high is None:
        return UNKNOWN
    return YES if low <= said <= high else NO


def _interval(values: Floats) -> Interval:
    """Return the mean and its 95 % interval, if known."""
    if not len(values) or not np.isfinite(values).all():
        return None, None, None
    mean = float(values.mean())
    found = t_interval(values)
    return (mean, None, None) if found is None else (mean, mean - found[1], mean + found[1])


def _ratios(table: Published, known: Mapping[Cell, Floats]) -> list[dict[str, Any]]:
    found = []
    for ratio in table.ratios:
        for column in table.columns:
            of, to = table.value(ratio.of, column), table.value(ratio.to, column)
            said = None if of is None or not to else of / to
            above, below = known.get((ratio.of, column)), known.get((ratio.to, column))
            mean, low, high = (None, None, None) if above is None or below is None else _ratio(above, below)
            found.append(
                {
                    "statement": f"{ratio.of} / {ratio.to}, {column}",
                    "published": said,
                    "measured": mean,
                    "low": low,
                    "high": high,
                    "same": _same(said, (mean, low, high), ratio.tolerance),
                }
            )
    return found


def _ratio(above: Floats, below: Floats) -> Interval:
    """Return the ratio of means and its 95 % interval.

    The interval is that of the jackknife over pairs of replications
    (Quenouille 1956, https://doi.org/10.1093/biomet/43.3-4.353).
    """
    n = min(len(above), len(below))
    above, below = above[:n], below[:n]
    if not n or not np.isfinite([above, below]).all() or below.mean() == 0.0:
        return None, None, None
    ratio = float(above.mean() / below.mean())
    if n < 2:
        return ratio, None, None
    without = (above.sum() - above) / (below.sum() - below)
    _, low, high = _interval(n * ratio - (n - 1) * without)  # pseudo-values
    return ratio, low, high


def _orders(table: Published, known: Mapping[Cell, Floats]) -> list[dict[str, Any]]:
    found = []
    for order in table.orders:
        _, across = table.along(order)
        for where in order.within or across:
            less, than = (
                (name, where) if order.less in table.rows else (where, name) for name in (order.less, order.than)
            )
            mean, low, high = _difference(known.get(less), known.get(than), order.plus)
            added = f" + {order.plus:g}" if order.plus else ""
            found.append(
                {
                    "statement": f"{order.less} < {order.than}{added}, {where}",
                    "published": None if order.plus else _gap(table, less, than),
                    "measured": mean,
                    "low": low,
                    "high": high,
                    "same": UNKNOWN if low is None or high is None else _sign(low, high),
                }
            )
    return found


def _gap(table: Published, less: Cell, than: Cell) -> float | None:
    """Return the published difference of two cells, or None."""
    first, second = table.value(*less), table.value(*than)
    return None if first is None or second is None else first - second


def _sign(low: float, high: float) -> str:
    """Return whether a difference is known to be negative."""
    if high < 0.0:
        return YES
    return NO if low > 0.0 else UNDECIDED


def _difference(less: Floats | None, than: Floats | None, plus: float) -> Interval:
    """Return the mean paired difference and its 95 % interval."""
    if less is None or than is None:
        return None, None, None
    n = min(len(less), len(than))
    return _interval(less[:n] - than[:n] - plus)
