"""The cadence that learns new outcomes periodically, in place."""

from __future__ import annotations

from agents.cadences.base import Scheduled
from sim.ports import Impressions, seconds


class MicroBatch(Scheduled):
    """Add what is new at every multiple of a period.

    Nothing happens where nothing matured since the last one.

    Args:
        every: a duration such as ``"5m"``, or seconds.

    >>> MicroBatch("5m").next(10.0)
    300.0
    """

    reads = ()
    ship = "in_place"

    def __init__(self, every: float | str) -> None:
        self.every = seconds(every)
        super().__init__(self.every)

    def wants(self, matured: Impressions) -> bool:
        """Train when something matured since the last check."""
        return len(matured) > 0
