"""No correction: what is pending counts as negative until its positive comes."""

from __future__ import annotations

import numpy as np

from agents.described import Described
from sim.ports import Examples, Impressions, News


class NoCorrection(Described):
    """A row (0, +1) at serving; at the positive (0, -1) takes it back and (1, +1) takes its place.

    In a refit each impression served in the window is one row, with its label as known at the cutoff. Quick, but
    pessimistic about whatever was shown lately. Known as "fake negatives" in Ktena et al. 2019
    (https://arxiv.org/abs/1907.06558). A learner that cannot take a row back keeps the no of a positive too: told
    only what is new, it learns a true rate p as p / (1 + p).
    """

    unbiased = True  # once all is known each label counts once
    reads = ("label", "delivered_at")

    def examples(self, news: News) -> Examples:
        """Return the rows of the news, servings first, each in log order."""
        served = news.served
        if news.refit:
            return Examples.plain(served)
        came = news.matured.label > 0
        if not came.any():
            return Examples(served, np.zeros(len(served)), np.ones(len(served)))
        positive = news.matured.take(came)
        rows = Impressions.join([served, positive, positive])
        none, one = np.zeros(len(positive)), np.ones(len(positive))
        return Examples(
            rows,
            np.concatenate([np.zeros(len(served)), none, one]),
            np.concatenate([np.ones(len(served)), -one, one]),
        )
