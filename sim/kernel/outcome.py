"""What a replication leaves besides its trace."""

from __future__ import annotations

from dataclasses import dataclass

from sim.kernel.sides import Side
from sim.pipeline import VersionRow


@dataclass(frozen=True)
class Outcome:
    """What a replication leaves besides its trace.

    Attributes:
        versions: a row per version (see `Versions.rows`).
        training_time: seconds of training within the horizon.
        merged: triggers that became one with another (see `sim.pipeline.trainer`).
        untested: versions that went live for all although too little was known for a test.
        duplicates: second copies of log entries that were dropped.
    """

    versions: list[VersionRow]
    training_time: float
    merged: int
    untested: int = 0
    duplicates: int = 0


def outcome_of(side: Side) -> Outcome:
    """Return what an agent leaves besides its trace."""
    platform, duplicates = side.platform, side.recording.duplicates
    merged = 0 if platform.trainer is None else platform.trainer.merged
    untested = 0 if platform.releases is None else platform.releases.untested
    return Outcome(platform.versions.rows(), platform.durations.spent, merged, untested, duplicates)
