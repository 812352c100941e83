"""The correction that splits noes into true and fake ones."""

from __future__ import annotations

import numpy as np

from agents.corrections._held import early, late
from agents.corrections._late import AfterAWait
from sim.ports import Examples, Impressions, News


class DEFUSE(AfterAWait):
    """Noes after a wait count as what they may be.

    Unbiased estimation by label correction: the rows are those of `ESDFM`, a label when an impression is ``wait`` old
    and a yes for each positive that comes later. With p_dp the rate of late positives and z the share of fake ones
    among the noes, a yes by then is weighted by 1 + p_dp, a late one by 1, and a no is a yes of weight z p_dp and a no
    of weight (1 - z)(1 + p_dp), in one row with a soft label: what is learnt is p.

    Both are learnt by two learners of the same features, from impressions whose window has closed (`Wait`). Before
    there are any, both are 0: weights of 1, which learn p / (1 + p_dp). It assumes that late positives are as frequent
    now as they were then, and nothing of the law. It holds what was served within ``wait`` and positives whose window
    is open, as copies; each training trains two small learners more.

    Args:
        wait: age at which an impression becomes a row.
        base: what the two learners are; None: ``LogisticRanker(ridge=1.0)``. It is copied.

    Source: Chen et al. 2022, section 4.2 (https://arxiv.org/abs/2202.06472).
    """

    goes_on = True
    reads = AfterAWait.columns
    makes = "soft"

    def examples(self, news: News) -> Examples:
        """Return what has come of age, then the late positives."""
        self._late.train(news)
        aged, came = self._held.due(news), late(news, self.wait)
        p_dp, fake = self._late.rate(aged), 1.0 - self._late.true_noes(aged)
        yes = early(aged, self.wait) > 0
        as_yes = np.where(yes, 1.0 + p_dp, fake * p_dp)
        weight = as_yes + np.where(yes, 0.0, (1.0 - fake) * (1.0 + p_dp))
        label = np.divide(as_yes, weight, out=np.zeros(len(aged)), where=weight > 0.0)
        ones = np.ones(len(came))
        rows = Impressions.join([aged, came])
        return Examples(rows, np.concatenate([label, ones]), np.concatenate([weight, ones]))
