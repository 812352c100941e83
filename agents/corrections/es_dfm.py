"""The correction that reads impressions after a short wait."""

from __future__ import annotations

import numpy as np

from agents.corrections._held import early, late
from agents.corrections._late import AfterAWait
from sim.ports import Examples, Impressions, News


class ESDFM(AfterAWait):
    """Labels count after a wait, late positives once more.

    Elapsed-time sampling: an impression is a row when it is ``wait`` old, a yes if its positive came by then, else a no
    that is never taken back; a positive that comes later is a yes beside it. With p_dp the rate of such late positives
    and p_rn the share of true noes among the noes, a yes is weighted by 1 + p_dp and a no by (1 + p_dp) p_rn: what is
    learnt is p.

    Both are learnt by two learners of the same features, from impressions whose window has closed (`Wait`). Before
    there are any, p_dp is 0 and p_rn is 1: weights of 1, which learn p / (1 + p_dp). It assumes that late positives are
    as frequent now as they were then, and nothing of the law; what is on its way is missing. In a refit a late positive
    belongs to the window in which it came. Weights are above 0, for any learner. It holds what was served within
    ``wait`` and positives whose window is open, as copies; each training trains two small learners more.

    Args:
        wait: age at which an impression becomes a row.
        base: what the two learners are; None: ``LogisticRanker(ridge=1.0)``. It is copied.

    Source: Yang et al. 2021, equations 9 to 14 (https://arxiv.org/abs/2012.03245); the default wait is their best.
    """

    goes_on = True
    reads = AfterAWait.columns

    def examples(self, news: News) -> Examples:
        """Return what has come of age, then the late positives."""
        self._late.train(news)
        aged, came = self._held.due(news), late(news, self.wait)
        label = np.concatenate([early(aged, self.wait), np.ones(len(came))])
        rows = Impressions.join([aged, came])
        p_dp, p_rn = self._late.rate(rows), self._late.true_noes(rows)
        return Examples(rows, label, (1.0 + p_dp) * np.where(label > 0, 1.0, p_rn))
