"""A policy version, and its row in the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim.ports import Policy

Stamp = tuple[int, float | None, float, int, float, int]
OF_VERSION = ("version", "live_at", "cutoff_at", "learnt", "label_at", "version_lag")  # what a stamp holds


@dataclass(frozen=True)
class Version:
    """A policy with a number.

    Attributes:
        number: from 0, in order of cutoffs.
        cutoff_at: instant up to which it has read the log, seconds.
        examples: matured log entries up to the cutoff.
        policy: what it answers with.
        learnt: impressions that it, or a version before it, has learnt (`sim.pipeline.learnt`).
        label_at: request instant of the latest served of them, minus infinity without any.
        trained_at: None until trained.
        live_at: None until it began to serve.
    """

    number: int
    cutoff_at: float
    examples: int
    policy: Policy
    learnt: int = 0
    label_at: float = -np.inf
    trained_at: float | None = None
    live_at: float | None = None

    def stamp(self, in_flight: int) -> Stamp:
        """Return what a request keeps of its version.

        The version that answered it, without the policy.
        """
        return self.number, self.live_at, self.cutoff_at, self.learnt, self.label_at, in_flight


class VersionRow(NamedTuple):
    """A version's record, instants in seconds.

    None where it never came to that.
    """

    version: int
    cutoff_at: float
    trained_at: float | None
    live_at: float | None
    retired_at: float | None
    examples: int
    learnt: int
    status: str


def row_of(v: Version, retired_at: float | None, status: str) -> tuple[Any, ...]:
    """Return a version's row, as a plain tuple."""
    return v.number, v.cutoff_at, v.trained_at, v.live_at, retired_at, v.examples, v.learnt, status
