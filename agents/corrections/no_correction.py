"""The correction that counts pending impressions as negatives."""

from __future__ import annotations

import numpy as np

from agents.corrections._reversed import with_reversals
from agents.described import Described
from sim.ports import Examples, Impressions, News


class NoCorrection(Described):
    """Pending impressions count as negatives until their positive arrives.

    Serving gives a row (label 0, weight +1); a positive gives (0, -1), which takes that row back, and (1, +1); one that
    is taken back gives (1, -1) and (0, +1). In a refit each impression served in the window is one row, with its label
    as known at the cutoff. Quick, but the estimates of recently shown items are too low. Known as "fake negatives" in
    Ktena et al. 2019 (https://arxiv.org/abs/1907.06558). A learner that cannot take a row back keeps the negative of
    each positive: if it adds only what is new, it learns a true rate p as p / (1 + p).
    """

    unbiased = True  # once all is known each label counts once
    goes_on = True
    newest_last = True
    reverses = True
    reads = ("label", "delivered_at", "request_at")
    labels = "real"
    _since = -np.inf  # start of the window of the last refit

    def examples(self, news: News) -> Examples:
        """Return the rows of the news, servings first.

        Each of the two parts is in log order.
        """
        served = news.served
        if news.refit:
            self._since = news.since
            return Examples.plain(served)
        back = news.reversed
        if self._since > -np.inf and len(back):
            back = back.take(back.request_at > self._since)
        return with_reversals(self._new(news), back)

    def _new(self, news: News) -> Examples:
        served, came = news.served, news.matured.label != 0
        if self._since > -np.inf:  # what was served before the last refit's window is in no row
            came &= news.matured.request_at > self._since
        if not came.any():
            return Examples(served, np.zeros(len(served)), np.ones(len(served)))
        positive = news.matured.take(came)
        rows = Impressions.join([served, positive, positive])
        none, one = np.zeros(len(positive)), np.ones(len(positive))
        return Examples(
            rows,
            np.concatenate([np.zeros(len(served)), none, positive.label]),
            np.concatenate([np.ones(len(served)), -one, one]),
        )
