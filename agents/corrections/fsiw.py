"""The correction that weights labels by the time elapsed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.corrections._aged import AgedLearner, counterfactual
from agents.corrections._expected import expected
from agents.corrections._held import Held
from agents.described import Described
from sim.ports import Examples, Impressions, Learner, Model, News, Space, delay_law, seconds

Floats = NDArray[np.float64]
LEAST = 0.05  # no positive counts for more than twenty


class FSIW(Described):
    """Labels as known now, weighted by the time elapsed.

    Feedback shift importance weighting: an impression is read once, with the label as known, when it is ``wait`` old;
    in a refit all of the window that is as old as that. With its age e, a yes is weighted by 1 / P(known by e | yes), a
    no by 1 - P(yes later | no yes by e): what is learnt is p, of any age. A no that is known already is weighted as
    one that is only assumed: the sum over both is what is right.

    Both probabilities are learnt, by two learners of features and age, from impressions that are ``deadline`` old: a
    yes is what came by then, and each is looked at once at an age between ``wait`` and ``deadline`` (log-uniform, by
    its number), the counterfactual deadline. What comes later than that is not corrected for. Before there are any, and
    in refits of a window that is no longer than that, weights are 1. Or the law of the delay is given: 1 / F(e) and
    (1 - f) / (1 - f F(e)), with f the learner's prediction, 0 where there is none; f = p makes it exact. A yes weighs
    20 at most. In the stream a positive that comes after its impression was read is not seen.

    Weights are above 0, for any learner. It holds what was served within ``wait`` (and ``deadline``, without a law), as
    copies; each training trains two small learners more.

    Args:
        wait: age at which an impression is read.
        law: of the time until a positive is known, as in a scenario; None: learnt.
        deadline: age at which the truth is taken as known, where the law is learnt.
        base: what the two learners are; None: ``LogisticRanker(ridge=1.0)``. It is copied.

    Source: Yasui et al. 2020, sections 4 and 5 (https://doi.org/10.1145/3366423.3380032, https://arxiv.org/abs/2002.02068).
    """

    goes_on = True
    newest_last = True
    reads = ("number", "request_at", "item", "user_features", "item_features", "label", "delivered_at")

    def __init__(
        self,
        wait: float | str = "1h",
        law: str | None = None,
        deadline: float | str = "2d",
        base: Learner | None = None,
    ) -> None:
        self.wait, self.law, self.deadline, self.base = seconds(wait), law, seconds(deadline), base
        self._law = None if law is None else delay_law(law)
        if law is None and not self.deadline > self.wait > 0:
            raise ValueError(f"deadline is {deadline!r} and wait {wait!r}, expected 0 < wait < deadline")
        self._held, self._settled = Held(self.wait), Held(self.deadline)
        self._known, self._later = (AgedLearner(base, self.wait, self.deadline) for _ in range(2))

    def begin(self, space: Space) -> None:
        """Set up both learners for the shape of the world."""
        self._known.begin(space)
        self._later.begin(space)

    def examples(self, news: News, model: Model | None) -> Examples:
        """Return what has come of age, weighted."""
        if self._law is None:
            self._train(news)
        rows = self._held.due(news)
        yes, label = rows.label > 0, np.array(rows.label)
        known, later = self._shares(news.age(rows), rows, model)
        return Examples(rows, label, np.where(yes, 1.0 / np.maximum(known, LEAST), 1.0 - later))

    def _shares(self, age: Floats, rows: Impressions, model: Model | None) -> tuple[Floats, Floats]:
        """Return P(known | yes) and P(yes later | none yet)."""
        if self._law is None:
            return self._known.predict(rows, age, unknown=1.0), self._later.predict(rows, age, unknown=0.0)
        f, known = expected(model, rows, unknown=0.0), self._law.delivered_cdf(age)
        return known, f * (1.0 - known) / (1.0 - f * known)

    def _train(self, news: News) -> None:
        """Train both learners on what has reached the deadline."""
        rows = self._settled.due(news)
        delay = np.where(rows.label > 0, rows.delivered_at - rows.request_at, np.inf)
        age = counterfactual(rows.number, self.wait, self.deadline)
        yes, seen = delay <= self.deadline, delay <= age
        self._known.train(news, rows, age, seen.astype(np.float64), yes)
        self._later.train(news, rows, age, yes.astype(np.float64), ~seen)
