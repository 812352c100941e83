"""What a comparison needs to know of a run: its settings and its scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pandas as pd


class ScoredRun(Protocol):
    """A run with its scores, in memory or in a folder."""

    @property
    def hash(self) -> str:
        """The name of the run."""

    @property
    def config(self) -> dict[str, Any]:
        """Its resolved configuration: ``scenario agent seed replications score_from version choices``."""

    @property
    def world(self) -> str:
        """What determines users, items, outcomes and delays: runs of equal worlds may be compared."""

    @property
    def summary(self) -> dict[str, float | None]:
        """Its scores by name; None where a score is undefined."""

    @property
    def replicates(self) -> pd.DataFrame | None:
        """The scores of each replication, with a column ``replication``; None if they are not known."""
