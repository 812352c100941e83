"""The cadence that retrains periodically."""

from __future__ import annotations

from agents.budget import checked_budget
from agents.cadences.base import Scheduled
from agents.parameters import flag
from sim.ports import seconds


class Every(Scheduled):
    """Refit at ``interval``, twice ``interval``, ...; pushed.

    Args:
        interval: a duration such as ``"1h"``, or seconds.
        refit_window: each training starts over from the impressions of this last period; None adds what is new instead.
        warm: whether refits begin with the former weights, where the learner can (``warms``); else with nothing.
        budget: how many examples refits are handed, at most and in all up to an instant, the newest of their window: a
            rate such as ``"20000 per day"``; None: all of the window.

    >>> Every("1h").next(0.0), Every("1h").next(3600.0)
    (3600.0, 7200.0)
    """

    reads = ()

    def __init__(
        self,
        interval: float | str,
        refit_window: float | str | None = "7d",
        warm: bool = False,
        budget: str | None = None,
    ) -> None:
        self.interval = seconds(interval)
        super().__init__(self.interval)
        self.refit_window = None if refit_window is None else seconds(refit_window)
        self.warm, self.budget = flag("warm", warm), checked_budget(budget)
