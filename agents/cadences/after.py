"""The cadence that trains after a number of log entries."""

from __future__ import annotations

from agents.cadences.base import Counted


class After(Counted):
    """Train on what is new after every ``feedbacks`` outcomes; pushed.

    Args:
        feedbacks: at least 1.

    >>> After(100).feedbacks
    100
    """

    reads = ()

    def __init__(self, feedbacks: int = 1000) -> None:
        if isinstance(feedbacks, bool) or not isinstance(feedbacks, int) or feedbacks < 1:
            raise ValueError(f"feedbacks is {feedbacks!r}, expected a whole number >= 1")
        self.feedbacks = int(feedbacks)
