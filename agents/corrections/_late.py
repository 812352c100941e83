"""How many positives come late, learnt from closed windows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.corrections._aged import inner, taught
from agents.corrections._expected import expected
from agents.corrections._held import Held, early
from agents.corrections.wait import Wait
from agents.described import Described
from sim.ports import Examples, Impressions, Learner, News, Space, seconds

Floats = NDArray[np.float64]


class LatePositives:
    """Two learners of the positives that come after a wait.

    They learn from impressions whose window has closed, and hold positives till then.

    Args:
        wait: seconds.
        base: what the learners are; None: the usual one.
    """

    def __init__(self, wait: float, base: Learner | None) -> None:
        self._wait, self._closed = wait, Wait()
        self._delayed, self._negative = inner(base), inner(base)

    def begin(self, space: Space) -> None:
        """Set up both learners for the shape of the world."""
        for learner in (self._delayed, self._negative):
            if begin := getattr(learner, "begin", None):
                begin(space)

    def train(self, news: News) -> Impressions:
        """Train on what has closed, and return it."""
        told = self._closed.examples(news)
        closed = told.impressions.part(0, len(told) - 2 * int((told.weight < 0).sum()))  # without what is taken back
        by_then = early(closed, self._wait) > 0
        delayed = np.asarray((closed.label > 0) & ~by_then, dtype=np.float64)
        taught(self._delayed, news, Examples.plain(closed, delayed))
        taught(self._negative, news, Examples.plain(closed.take(~by_then), 1.0 - delayed[~by_then]))
        return closed

    def rate(self, rows: Impressions) -> Floats:
        """Return the rate of late positives, 0 where unknown."""
        return expected(self._delayed, rows, unknown=0.0, most=1.0)

    def true_noes(self, rows: Impressions) -> Floats:
        """Return the share of noes after the wait that stay.

        It is 1 where unknown.
        """
        return expected(self._negative, rows, unknown=1.0, most=1.0)


class AfterAWait(Described):
    """What corrections share that read impressions after a wait.

    Args:
        wait: age at which an impression becomes a row.
        base: what the learners of late positives are; None: ``LogisticRanker(ridge=1.0)``. It is copied.
    """

    columns = ("number", "request_at", "item", "user_features", "item_features", "label", "delivered_at", "closes_at")

    def __init__(self, wait: float | str = "15m", base: Learner | None = None) -> None:
        self.wait, self.base = seconds(wait), base
        self._held, self._late = Held(self.wait), LatePositives(self.wait, base)

    def begin(self, space: Space) -> None:
        """Set up the learners for the shape of the world."""
        self._late.begin(space)
