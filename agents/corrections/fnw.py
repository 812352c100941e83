"""The correction that weights fake negatives by importance."""

from __future__ import annotations

import numpy as np

from agents.corrections._expected import expected
from agents.corrections._fake_negatives import fake_negatives
from agents.described import Described
from sim.ports import Examples, Model, News


class FNW(Described):
    """Each serving is a no, each positive a yes, weighted.

    Fake negatives weighted: the no of a positive is never taken back, so that a true rate p appears as p / (1 + p).
    Rows are weighted by how much rarer they are than they should be, with f the learner's prediction: a yes by 1 + f,
    a no by (1 - f)(1 + f). If f is p, what is learnt is p; else p / (p + 1 - f), which repeated ends at p. Where
    nothing is predicted yet, f is 0: plain fake negatives.

    It assumes nothing of the delay, only that each positive comes; what is on its way is missing. In a refit a positive
    belongs to the window in which it came, as in the stream, whenever it was served. Weights are above 0, so that
    learners that cannot take an example back can use it. One prediction per row; nothing is kept.

    Source: Ktena et al. 2019, section 4 (https://arxiv.org/abs/1907.06558).
    """

    goes_on = True
    reads = ("label", "delivered_at")

    def examples(self, news: News, model: Model | None) -> Examples:
        """Return a no for each serving, and the positives."""
        rows = fake_negatives(news)
        f, positive = expected(model, rows.impressions, unknown=0.0), rows.label > 0
        return Examples(rows.impressions, rows.label, np.where(positive, 1.0 + f, (1.0 - f) * (1.0 + f)))
