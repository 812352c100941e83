"""Observed only: what has matured is learnt as it is."""

from __future__ import annotations

from agents.described import Described
from sim.ports import Examples, News


class ObservedOnly(Described):
    """A row per matured impression, at once.

    Positives come before the negatives of the same slate, whose window is still open: for the
    length of a window the data look better than they are.
    """

    unbiased = True  # once all is known each label counts once

    def examples(self, news: News) -> Examples:
        """Return what matured in the window, in log order."""
        rows = news.matured
        if news.refit and (before := rows.delivered_at <= news.since).any():
            rows = rows.take(~before)
        return Examples.plain(rows, rows.label)
