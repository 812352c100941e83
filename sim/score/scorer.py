"""All metrics of one replication."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import numpy as np

from sim.kernel import Outcome
from sim.score import metrics
from sim.score.grid import Grid
from sim.score.metrics.base import Metric, Scores, Spread
from sim.trace import Chunk

if TYPE_CHECKING:
    import pandas as pd


def shelf() -> list[type[Metric]]:
    """Return every metric that a file of `sim.score.metrics` defines."""
    found = []
    for module in iter_modules(metrics.__path__):
        for part in vars(import_module(f"{metrics.__name__}.{module.name}")).values():
            if isinstance(part, type) and issubclass(part, Metric) and part not in (Metric, Spread):
                found.append(part)
    return sorted(set(found), key=lambda m: (m.order, m.__name__))


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
            scores |= metric.summary()
        # a version row is (number, cutoff_at, trained_at, live_at, ...); version 0 came untrained
        trained = [row for row in outcome.versions[1:] if row[2] is not None]
        scores["versions/trained"] = float(len(trained))
        scores["versions/pushed"] = float(sum(row[3] is not None for row in trained))
        scores["versions/superseded"] = float(sum(row[-1] == "superseded" for row in trained))
        scores["triggers/merged"] = float(outcome.merged)
        scores["cost/training_time"] = outcome.training_time
        return scores

    def curve(self) -> pd.DataFrame:
        """Return a row per time bucket: ``at`` is its end in seconds."""
        import pandas as pd

        columns = {"bucket": np.arange(len(self._grid.ends)), "at": self._grid.ends}
        for metric in self._metrics:
            columns |= metric.curve()
        return pd.DataFrame(columns)
