"""The correction that is told every label at once."""

from __future__ import annotations

import numpy as np

from agents.described import Described
from sim.ports import Examples, News


class OracleLabels(Described):
    """Each impression has the label that it settles to.

    It is told it when the impression is served, which no system is: what labels without delay would be worth, as the
    upper mark for all corrections. Outcomes that never come back are left out. It assumes nothing, costs nothing, and
    nothing is kept; any learner can use it.

    Source: "oracle" in Yang et al. 2021, section 5 (https://arxiv.org/abs/2012.03245).
    """

    goes_on = True
    unbiased = True  # each label counts once
    needs_truth = True
    newest_last = True
    reverses = True
    reads = ("outcome",)
    labels = "real"

    def examples(self, news: News) -> Examples:
        """Return what was served, with its outcome."""
        outcome = news.served.outcome
        known = ~np.isnan(outcome)
        if known.all():
            return Examples.plain(news.served, outcome)
        return Examples.plain(news.served.take(known), outcome[known])
