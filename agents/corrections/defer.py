"""The correction that reads every impression twice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.corrections._expected import expected
from agents.corrections._held import early
from agents.corrections._late import AfterAWait
from sim.ports import Examples, Impressions, Model, News

Floats = NDArray[np.float64]


class DEFER(AfterAWait):
    """Each impression counts after a wait and when closed.

    Real negatives: a row when it is ``wait`` old, a yes if its positive came by then, else a no; and one more with the
    settled label when its window has closed (`Wait`). So each impression counts twice, real noes too. With p_dp the
    rate of positives that come after the wait, and f the learner's prediction, a yes is weighted by f / (f - p_dp / 2)
    and a no by (1 - f) / (1 - f + p_dp / 2): what is learnt is p where f is p, and repeated otherwise.

    p_dp is learnt by a learner of the same features, from impressions whose window has closed; before there are any it
    is 0. f is no less than p_dp, so that a yes weighs 2 at most; where nothing is predicted, weights are 1: p minus
    p_dp / 2. It assumes that impressions that close are like those that are served now. Weights are above 0, for any
    learner. It holds what was served within ``wait`` and positives whose window is open, as copies; each training
    trains two small learners more.

    Args:
        wait: age at which an impression becomes a row.
        base: what the learner of p_dp is; None: ``LogisticRanker(ridge=1.0)``. It is copied.

    Source: Gu et al. 2021, section 4 (https://arxiv.org/abs/2104.14121).
    """

    goes_on = True
    reads = AfterAWait.columns

    def examples(self, news: News, model: Model | None) -> Examples:
        """Return what has come of age, then what has closed."""
        closed, aged = self._late.train(news), self._held.due(news)
        rows = Impressions.join([aged, closed])
        label = np.concatenate([early(aged, self.wait), closed.label])
        return Examples(rows, label, self._weights(rows, label, model))

    def _weights(self, rows: Impressions, label: Floats, model: Model | None) -> Floats:
        half = self._late.rate(rows) / 2.0
        said = expected(model, rows, unknown=np.nan)
        f = np.maximum(said, np.minimum(2.0 * half, 1.0))
        yes = np.divide(f, f - half, out=np.ones(len(f)), where=f > half)
        no = np.divide(1.0 - f, 1.0 - f + half, out=np.zeros(len(f)), where=f < 1.0)
        return np.where(np.isnan(said), 1.0, np.where(label > 0, yes, no))
