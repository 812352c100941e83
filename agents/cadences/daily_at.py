"""The cadence that retrains daily, such as every night."""

from __future__ import annotations

from typing import ClassVar

from agents.budget import checked_budget
from agents.cadences.base import Scheduled
from agents.parameters import flag
from sim.ports import seconds, time_of_day


class DailyAt(Scheduled):
    """Refit once a day; pushed.

    Args:
        time: time of day, such as ``"03:00"``.
        refit_window: each training starts over from the impressions of this last period; None adds what is new instead.
        warm: whether refits begin with the former weights, where the learner can (``warms``); else with nothing.
        budget: how many examples refits are handed, at most and in all up to an instant, the newest of their window: a
            rate such as ``"20000 per day"``; None: all of the window.

    >>> DailyAt("03:00").next(0.0) / 3600, DailyAt("03:00").next(3 * 3600.0) / 3600
    (3.0, 27.0)
    """

    tried_with: ClassVar[dict[str, tuple[str, ...]]] = {"time": ("03:00", "04:00")}  # by tests of every part
    reads = ()

    def __init__(
        self,
        time: str,
        refit_window: float | str | None = "7d",
        warm: bool = False,
        budget: str | None = None,
    ) -> None:
        self.time = time
        super().__init__(86400.0, time_of_day(time))
        self.refit_window = None if refit_window is None else seconds(refit_window)
        self.warm, self.budget = flag("warm", warm), checked_budget(budget)
