"""A stored run with its trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.errors import LabError
from sim.lab.store.run_folder import Record, Stored

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario


@dataclass(frozen=True)
class TracedRun:
    """A scenario, a seed and the impressions of one replication."""

    scenario: Scenario
    seed: int
    impressions: pd.DataFrame


def traced_run(run: Stored, replication: int, command: str) -> TracedRun:
    """Return a stored run with its trace.

    Raises:
        LabError: it has none, or not this replication.
    """
    if not 0 <= replication < run.replications:
        raise LabError(f"{command}: there is no replication {replication}; the run has 0 to {run.replications - 1}")
    if not Record.complete(run.record.folder, trace=True):
        raise LabError(f"{command}: the run has no trace; run it again with trace=true rerun=true")
    return TracedRun(run.scenario, run.seed, run.record.table("impressions"))
