"""Regret: the expected reward lost against the best slate.

It is the expected reward of the best slate for the user's current state minus that of the slate shown. Regret is
myopic: this agent has caused that state, and the value of a better state is not included (`reward/per_user_day`
includes it).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from sim.score.grid import BucketRuns, Grid, Sums
from sim.score.metrics.base import About, Floats, Metric, Summary, ratio, share
from sim.trace import Chunk

_ROUNDING = 1e-12


class Regret(Metric):
    """``regret/at_base_rate``, ``total``, ``per_request`` and ``normalised``.

    At the base rate, a request has the weight by which satisfaction lengthened the gap before it: where an agent makes
    users come twice as often, each visit counts half. This is the mean regret at instants that do not depend on the
    agent. Per request it is the mean over actual visits, which can favour an agent that drives badly served users away.

    Normalised is regret as a share of the gap between a uniformly random slate and the best one: 0 for the best slate,
    1 for a random one; unknown where all slates are equally good.
    """

    order = 0
    says: ClassVar[Mapping[str, About]] = {
        "requests": About("requests"),
        "regret/at_base_rate": About(better="less", chart=True),
        "regret/total": About(better="less"),
        "regret/per_request": About(better="less", chart=True),
        "regret/normalised": About(better="less", chart=True),
    }
    weights: ClassVar[Mapping[str, str]] = {"regret/at_base_rate": "weight", "regret/normalised": "regret/gap"}

    def __init__(self, grid: Grid, users: int) -> None:
        super().__init__(grid, users)
        self._regret, self._gap, self._requests = Sums(), Sums(), Sums()
        self._weighted, self._weight = Sums(), Sums()

    def read(self, chunk: Chunk, bucket_runs: BucketRuns) -> None:
        """Read a chunk."""
        self._regret.add(bucket_runs, chunk.regret)
        self._weighted.add(bucket_runs, chunk.weight * chunk.regret)
        self._weight.add(bucket_runs, chunk.weight)
        self._gap.add(bucket_runs, chunk.gap)
        self._requests.count(bucket_runs)

    def summary(self) -> Summary:
        """Return the four scores and the number of requests."""
        gap, requests = np.array(self._gap.total), np.array(self._requests.total)
        return {
            "requests": self._requests.total,
            "regret/at_base_rate": share(self._weighted.total, self._weight.total),
            "regret/total": self._regret.total,
            "regret/per_request": share(self._regret.total, self._requests.total),
            "regret/normalised": share(self._regret.total, float(_real(gap, requests))),
        }

    def curve(self) -> dict[str, Floats]:
        """Return the scores and their weights per bucket.

        The total is cumulative.
        """
        gap = _real(self._gap.per_bucket, self._requests.per_bucket)
        return {
            "requests": self._requests.per_bucket,
            "weight": self._weight.per_bucket,
            "regret/at_base_rate": ratio(self._weighted.per_bucket, self._weight.per_bucket),
            "regret/total": np.add.accumulate(self._regret.per_bucket),
            "regret/per_request": ratio(self._regret.per_bucket, self._requests.per_bucket),
            "regret/normalised": ratio(self._regret.per_bucket, gap),
            "regret/gap": gap,
        }


def _real(gap: Floats, requests: Floats) -> Floats:
    """Return the gap, 0 where it is only rounding error."""
    return np.where(gap > _ROUNDING * requests, gap, 0.0)
