"""The correction that expects what is still to come."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.corrections._delay_model import DelayModel
from agents.corrections._held import late
from agents.corrections._looks import Looks
from agents.described import Described
from sim.ports import Examples, Impressions, Model, News, seconds

Floats = NDArray[np.float64]


class DFM(Described):
    """The label is the probability that a positive comes.

    Delayed feedback model: the positive of an impression of age e comes with probability p, after an exponential time.
    Without one by now its label is w = f S / (1 - f + f S), with f the learner's prediction and S the share of
    positives that take longer than e; with one, 1. This is the E-step of the paper's EM; the learner's training is the
    M-step, so that trainings repeated end at the maximum of the likelihood, p where delays are exponential. The mean
    delay is fitted along, one for all impressions (the paper's depends on features). Where nothing is predicted, f is
    the rate of all impressions by the same EM. A no that is known already is treated as one that is only assumed.

    In a refit each impression of the window that is as old as ``wait`` is one row, with its age at the cutoff. In the
    stream each is looked at when it is ``wait``, twice ``wait``, ... old, until ``until``: the label before is taken
    back, the new one given. A learner that cannot take back keeps both, right on average and slower to forget.
    ``late="added"`` is the stream as published in comparisons: one look, and a yes beside it for each positive that
    comes later. It learns too much: with F the share that comes within ``wait`` and w the label of a no, the fixed
    point of f = (p + (1 - p F) w) / (1 + p (1 - F)), which is 1 for a short wait.

    It makes soft labels. It holds what was served within ``until``, as copies.

    Args:
        wait: age at the first look.
        until: age at the last look.
        law: of the time until a positive is known, as in a scenario; None: exponential, fitted.
        late: ``"replaced"`` or ``"added"``, what becomes of positives after the first look.

    Source: Chapelle 2014 (https://doi.org/10.1145/2623330.2623634), sections 4 and 4.3; the stream as published:
    Yang et al. 2021, section 5 (https://arxiv.org/abs/2012.03245).
    """

    reads = ("number", "request_at", "label", "delivered_at")
    makes = "soft"

    tried_with: ClassVar[dict[str, tuple[str, ...]]] = {"late": ("replaced", "added")}  # by tests of every part

    def __init__(
        self,
        wait: float | str = "15m",
        until: float | str = "7d",
        law: str | None = None,
        late: str = "replaced",
    ) -> None:
        if late not in self.tried_with["late"]:
            raise ValueError(f"late is {late!r}, expected replaced or added")
        self.wait, self.until, self.law, self.late = seconds(wait), seconds(until), law, late
        self._delays = DelayModel(law)
        self._looks = Looks(self.wait, self.until)

    def examples(self, news: News, model: Model | None) -> Examples:
        """Return the rows of what is looked at."""
        if news.refit:
            self._delays.start_over()
            rows = self._looks.old_enough(news)
            return Examples.plain(rows, self._delays.labels(rows, news.age(rows), model))
        if self.late == "added":
            return self._added(news, model)

        def label(rows: Impressions, look: int) -> Floats:
            if look:
                self._delays.take_back(rows.predicted, rows.propensity)
            return self._delays.labels(rows, news.age(rows), model, steps=1)

        return self._looks.changes(news, label, final_yes=True)

    def _added(self, news: News, model: Model | None) -> Examples:
        """Return the first looks, then the positives that came later."""
        rows, came = self._looks.old_enough(news), late(news, self.wait)
        label = self._delays.labels(rows, news.age(rows), model, steps=1)
        return Examples.plain(Impressions.join([rows, came]), np.concatenate([label, np.ones(len(came))]))
