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
from sim.score.metrics.base import About, Metric, Scores
from sim.trace import Chunk

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")


@cache
def shelf() -> tuple[type[Metric], ...]:
    """Return every metric that a file of `sim.score.metrics` defines, without those that say a score said before."""
    found: list[type[Metric]] = []
    known: set[str] = set()
    parts = classes(metrics.__name__, lambda part: issubclass(part, Metric) and bool(part.says))
    for metric in sorted(parts.values(), key=lambda part: (part.order, part.__name__)):
        if shared := sorted(known & set(metric.says)):
            leave_out(f"{metric.__module__}.{metric.__name__} says {shared[0]}, which another metric says")
            continue
        known |= set(metric.says)
        found.append(metric)
    return tuple(found)


def about() -> dict[str, About]:
    """Return what each score is, by name, in the order of a summary.

    >>> about()["staleness/data_age/mean"]
    About(unit='s', better='less', chart=True)
    """
    return {name: how for metric in shelf() for name, how in metric.says.items()}


def weights() -> dict[str, str]:
    """Return the columns of a curve that are means over something else than requests, and the column that has it."""
    return {column: by for metric in shelf() for column, by in metric.weights.items()}


class Scorer:
    """Reads the chunks of one replication.

    Args:
        horizon: seconds.
        users: number of users.
        start: seconds; requests before it are not scored, but for what counts the whole run (`Metric.whole`).
    """

    def __init__(self, horizon: float, users: int, start: float = 0.0) -> None:
        self._grid = Grid(horizon, start)
        self._metrics = [metric(self._grid, users) for metric in shelf()]

    def read(self, chunk: Chunk) -> None:
        """Take in a chunk."""
        scored = chunk.since(self._grid.start)
        stretches = self._grid.stretches(scored.request_at)
        for metric in self._metrics:
            if metric.whole and scored is not chunk:
                metric.read(chunk, self._grid.stretches(chunk.request_at))
            else:
                metric.read(scored, stretches)

    def summary(self, outcome: Outcome) -> Scores:
        """Return the scores of the run by name; None where a score is undefined."""
        scores: Scores = {}
        for metric in self._metrics:
            metric.finish(outcome)
            scores |= metric.summary()
        return scores

    def curve(self) -> pd.DataFrame:
        """Return a row per time bucket: ``at`` is its end in seconds."""
        columns = {"bucket": np.arange(len(self._grid.ends)), "at": self._grid.ends}
        for metric in self._metrics:
            columns |= metric.curve()
        return pd.DataFrame(columns)
