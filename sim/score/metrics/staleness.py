"""Staleness: how old what serves is, in seconds, versions and impressions."""

from __future__ import annotations

import numpy as np

from sim.score.metrics.base import Floats, Spread
from sim.trace import Chunk


class ModelAge(Spread):
    """Seconds since the serving version went live."""

    order, name = 2, "staleness/model_age"

    def values(self, chunk: Chunk) -> Floats:
        """Return t - live_at."""
        return chunk.request_at - chunk.live_at


class DataAge(Spread):
    """Seconds since the serving version's cutoff."""

    order, name = 3, "staleness/data_age"

    def values(self, chunk: Chunk) -> Floats:
        """Return t - cutoff_at."""
        return chunk.request_at - chunk.cutoff_at


class VersionLag(Spread):
    """Versions trained but not live."""

    order, name = 4, "staleness/version_lag"

    def values(self, chunk: Chunk) -> Floats:
        """Return the number of pushes under way."""
        return chunk.version_lag.astype(np.float64)


class Unlearned(Spread):
    """Impressions served before t whose outcome is not in the serving version."""

    order, name = 5, "staleness/unlearned"

    def values(self, chunk: Chunk) -> Floats:
        """Return impressions served less the version's examples."""
        return (chunk.served_before - chunk.examples).astype(np.float64)
