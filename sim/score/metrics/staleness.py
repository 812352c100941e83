"""Staleness of the serving version: seconds, versions and impressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from sim.score.metrics.base import About, Bools, DistributionMetric, Floats, Summary, distribution, share
from sim.trace import Chunk


class ModelAge(DistributionMetric):
    """Seconds since the serving version went live."""

    order, name = 2, "staleness/model_age"
    says: ClassVar[Mapping[str, About]] = distribution(name, "s")

    def values(self, chunk: Chunk) -> Floats:
        """Return ``t - live_at``, seconds."""
        return chunk.request_at - chunk.live_at


class DataAge(DistributionMetric):
    """Seconds since the serving version's cutoff."""

    order, name = 3, "staleness/data_age"
    says: ClassVar[Mapping[str, About]] = distribution(name, "s")

    def values(self, chunk: Chunk) -> Floats:
        """Return ``t - cutoff_at``, seconds."""
        return chunk.request_at - chunk.cutoff_at


class VersionLag(DistributionMetric):
    """Versions trained but not live."""

    order, name = 4, "staleness/version_lag"
    says: ClassVar[Mapping[str, About]] = distribution(name, "versions")

    def values(self, chunk: Chunk) -> Floats:
        """Return the number of pushes in progress."""
        return chunk.version_lag.astype(np.float64)


class LabelAge(DistributionMetric):
    """Seconds since the newest impression that the version has learnt.

    It is the impression served last among those that the serving version has learnt.
    """

    order, name = 3, "staleness/label_age"
    says: ClassVar[Mapping[str, About]] = distribution(name, "s") | {f"{name}/without": About(better="less")}
    weights: ClassVar[Mapping[str, str]] = {f"{name}/mean": f"{name}/requests"}

    def known(self, chunk: Chunk) -> Bools:
        """Return the mask of requests whose version has learnt anything."""
        return np.isfinite(chunk.label_at)

    def values(self, chunk: Chunk) -> Floats:
        """Return ``t - label_at``, seconds."""
        return chunk.request_at - chunk.label_at

    def summary(self) -> Summary:
        """Return also the share of requests without a label age."""
        known, requests = self._requests.total, self._seen
        return super().summary() | {f"{self.name}/without": share(requests - known, requests)}

    def curve(self) -> dict[str, Floats]:
        """Return also the number of requests with a label age."""
        return super().curve() | {f"{self.name}/requests": self._requests.per_bucket}


class Unlearned(DistributionMetric):
    """Impressions before t that the serving version has not learnt.

    Lost impressions are not counted.
    """

    order, name = 5, "staleness/unlearned"
    says: ClassVar[Mapping[str, About]] = distribution(name, "impressions")

    def values(self, chunk: Chunk) -> Floats:
        """Return impressions served minus those learnt."""
        return (chunk.served_before - chunk.learnt).astype(np.float64)
