"""All metrics of one replication."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from sim.kernel import Outcome
from sim.lazy import lazy
from sim.parts import classes, leave_out
from sim.score import metrics
from sim.score.grid import Grid
from sim.score.metrics.base import About, Floats, Metric, Summary
from sim.trace import Chunk

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")


@cache
def shelf() -> tuple[type[Metric], ...]:
    """Return all metrics of `sim.score.metrics`, in order.

    A metric with a score that another has already is left out, with a warning.
    """
    kept: list[type[Metric]] = []
    known: set[str] = set()
    parts = classes(metrics.__name__, lambda part: issubclass(part, Metric))
    for metric in sorted(parts.values(), key=lambda part: (part.order, part.__name__)):
        if shared := sorted(known & set(metric.says)):
            leave_out(f"{metric.__module__}.{metric.__name__} says {shared[0]}, which another metric says")
            continue
        known |= set(metric.says)
        kept.append(metric)
    return tuple(kept)


def about() -> dict[str, About]:
    """Return unit, direction and chart of each score, by name.

    They are in the order of a summary.

    >>> about()["staleness/data_age/mean"]
    About(unit='s', better='less', chart=True)
    """
    return {name: how for metric in shelf() for name, how in metric.says.items()}


def weights() -> dict[str, str]:
    """Return the weight column of curve columns, by name.

    These columns are means, but not over requests; the weight column holds the number that the mean is over.
    """
    return {column: by for metric in shelf() for column, by in metric.weights.items()}


class Scorer:
    """All metrics of one replication, from its chunks.

    Args:
        horizon: seconds.
        users: number of users at the start.
        start: seconds; requests before it are not scored, except by metrics of the whole run (`Metric.whole`).
        arrivals: instants of users who arrive later, ascending, seconds.
    """

    def __init__(self, horizon: float, users: int, start: float = 0.0, arrivals: Floats | None = None) -> None:
        self._grid = Grid(horizon, start, arrivals)
        self._metrics = [metric(self._grid, users) for metric in shelf()]

    def read(self, chunk: Chunk) -> None:
        """Pass a chunk to all metrics."""
        scored = chunk.since(self._grid.start)
        bucket_runs = self._grid.bucket_runs(scored.request_at)
        for metric in self._metrics:
            if metric.whole and scored is not chunk:
                metric.read(chunk, self._grid.bucket_runs(chunk.request_at))
            else:
                metric.read(scored, bucket_runs)

    def summary(self, outcome: Outcome) -> Summary:
        """Return the scores by name, None where undefined."""
        scores: Summary = {}
        for metric in self._metrics:
            metric.finish(outcome)
            scores |= metric.summary()
        return scores

    def curve(self) -> pd.DataFrame:
        """Return the scores per time bucket, one row for each.

        ``at`` is the end of the bucket in seconds.
        """
        columns = {"bucket": np.arange(len(self._grid.ends)), "at": self._grid.ends}
        for metric in self._metrics:
            columns |= metric.curve()
        return pd.DataFrame(columns)
