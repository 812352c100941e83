"""The cadence that learns periodically what was served, in place."""

from __future__ import annotations

from agents.cadences.base import Scheduled
from sim.ports import seconds


class OnServing(Scheduled):
    """Add what was served and matured, periodically.

    Unlike `MicroBatch` it trains also where nothing matured: a rule that counts its own pulls, such as `DelayedUCB`,
    then knows of those since. With a period no longer than the time between two requests that is every one of them,
    as in the papers: a training at the instant of a request comes before it. With a longer one, rules know nothing of
    what they have shown within it.

    Args:
        every: a duration such as ``"1m"``, or seconds.

    >>> OnServing("1m").next(60.0)
    120.0
    """

    reads = ()
    ship = "in_place"

    def __init__(self, every: float | str) -> None:
        self.every = seconds(every)
        super().__init__(self.every)
