"""The correction that uses labels when their window has closed.

The joiner of He et al. 2014 (https://doi.org/10.1145/2648584.2648589), whose data are a stream of closings: a refit
window of a week holds the impressions that closed in that week, whenever they were served. In a stationary world it is
unbiased, one window late. Where conversions are learnt, clicked impressions close much later than unclicked ones, so
the first examples are all negative.
"""

from __future__ import annotations

import numpy as np

from agents.corrections._reversed import with_reversals
from agents.described import Described
from sim.ports import Examples, Impressions, News, rising


class Wait(Described):
    """One row for each impression, when it closes.

    A positive that arrives earlier is kept until then; one that is taken back meanwhile closes as a negative, a later
    one gives its row with weight -1, and a negative. Without a window nothing is kept, and this equals `ObservedOnly`.
    """

    unbiased = True  # once all is known each label counts once
    goes_on = True
    newest_last = True
    reverses = True
    reads = ("number", "label", "closes_at", "delivered_at")
    labels = "real"

    def __init__(self) -> None:
        self._held: list[Impressions] = []  # in the order in which they came
        self._first_closing = np.inf  # of what is held
        self._since = -np.inf  # start of the window of the last refit

    def examples(self, news: News) -> Examples:
        """Return the impressions that have closed, in order of closing."""
        known = news.matured
        if news.refit:
            self._held, self._first_closing, self._since = [], np.inf, news.since
            if news.goes_on and len(still := known.take(known.closes_at > news.cutoff)):
                self._hold(still)
            return Examples.plain(known.until("closes_at", news.cutoff))  # after ``since``, as all that is matured
        back = self._take_back(news.reversed) if len(news.reversed) else news.reversed
        return with_reversals(self._closed(news, known), back)

    def _closed(self, news: News, known: Impressions) -> Examples:
        if self._first_closing <= news.cutoff:
            known = Impressions.join([*self._held, known])
            self._held, self._first_closing = [], np.inf
        closed = known.closes_at <= news.cutoff
        if closed.all():
            return _in_order(known)
        self._hold(known.take(~closed))
        return _in_order(known.take(closed))

    def _take_back(self, back: Impressions) -> Impressions:
        """Make what is held negative; return what is not."""
        for place, held in enumerate(self._held):
            gone = np.isin(held.number, back.number)
            if gone.any():
                self._held[place] = held.replace(label=np.where(gone, 0.0, held.label)).kept()
                back = back.take(~np.isin(back.number, held.number))
        return back.take(back.closes_at > self._since)

    def _hold(self, known: Impressions) -> None:
        self._held.append(known.kept())
        self._first_closing = min(self._first_closing, float(known.closes_at.min()))


def _in_order(closed: Impressions) -> Examples:
    if len(closed) > 1:
        closed = closed.take(rising(closed.closes_at))
    return Examples.plain(closed, closed.label)
