"""What the figures of a report are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.analysis.paired.comparison import Comparison
from sim.analysis.report.chosen import Chosen
from sim.lazy import pd


@dataclass(frozen=True)
class Asked:
    """A comparison, and what of it is drawn."""

    found: Comparison
    shown: Chosen
    keys: Sequence[str] | None = None  # the two settings of the heat map; None: those with the largest effects


def first(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the first replication."""
    return table[table["replication"] == table["replication"].min()] if "replication" in table else table
