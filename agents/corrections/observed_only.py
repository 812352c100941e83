"""The correction that learns matured impressions unchanged."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from agents.corrections._reversed import with_reversals
from agents.described import Described
from sim.ports import Examples, News, as_matured


class ObservedOnly(Described):
    """One row for each matured impression, at once.

    Positives come before the negatives of the same slate, whose window is still open: for the length of a window the
    share of positives is too high. A positive that is taken back gives its row with weight -1, and a negative.
    """

    goes_on = True
    unbiased = True  # once all is known each label counts once
    newest_last = True
    reverses = True
    reads = ("label", "delivered_at")
    labels = "real"
    _since = -np.inf  # start of the window of the last refit

    @as_matured
    def examples(self, news: News) -> Examples:
        """Return the impressions matured in the window, in log order."""
        rows = news.matured
        if not news.refit:
            back = news.reversed
            if self._since > -np.inf and len(back):
                back = back.take(back.delivered_at > self._since)
            return with_reversals(Examples.plain(rows, rows.label), back)
        self._since = news.since
        count = len(rows)
        before = bisect_right(range(count), news.since, key=lambda row: rows.part(row, row + 1).delivered_at.item())
        return Examples.plain(rows.part(before, count))
