"""The cadence of full refits with updates between them."""

from __future__ import annotations

from math import nextafter

from agents.cadences.base import Scheduled
from agents.parameters import flag
from sim.ports import seconds


class Tiers(Scheduled):
    """Refit at multiples of ``full``, add at those of ``update``.

    All are pushed, through one trainer: an update that waits for it when a refit is asked for becomes part of that.
    A refit starts over from the impressions of a window; an update adds what is new since the last training of either
    kind. The correction must go on after a refit (``goes_on``).

    Source: the schedule of Amazon Personalize, a full training every 7 days and updates every 2 hours
    (https://docs.aws.amazon.com/personalize/latest/dg/maintaining-relevance.html).

    Args:
        full: time from one refit to the next, a duration such as ``"7d"``, or seconds.
        update: the same of updates.
        refit_window: each refit starts over from the impressions of this last period.
        warm: whether refits begin with the former weights, where the learner can (``warms``); else with nothing.

    >>> tiers = Tiers(full="7d", update="2h")
    >>> tiers.next(0.0), tiers.refits(7200.0), tiers.refits(7 * 86400.0)
    (7200.0, False, True)
    """

    reads = ()

    def __init__(
        self, full: float | str, update: float | str, refit_window: float | str = "7d", warm: bool = False
    ) -> None:
        self.full, self.update, self.refit_window = seconds(full), seconds(update), seconds(refit_window)
        self.warm = flag("warm", warm)
        super().__init__(self.update)
        self._fully = Scheduled(self.full)

    def next(self, after: float) -> float:
        """Return the next multiple of either."""
        return min(super().next(after), self._fully.next(after))

    def refits(self, at: float) -> bool:
        """Return whether the training of a check is a refit."""
        return self._fully.next(nextafter(at, 0.0)) == at
