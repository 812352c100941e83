"""The correction that leaves fake negatives to calibration."""

from __future__ import annotations

from agents.corrections._fake_negatives import fake_negatives
from agents.described import Described
from sim.ports import Examples, News


class FNC(Described):
    """Each serving is a no, each positive a yes.

    Fake negatives calibrated: the no of a positive is never taken back, and all rows count alike, so that a true rate p
    is learnt as b = p / (1 + p). The method corrects predictions instead, p = b / (1 - b), which a correction cannot:
    `Calibrated` is the learner that does. The map is rising, so that greedy and Thompson policies show the same slates
    with and without it; it changes what is predicted. A linear learner fits b, which is not linear where p is.

    It assumes nothing of the delay, only that each positive comes; what is on its way is missing. In a refit a positive
    belongs to the window in which it came, as in the stream, whenever it was served. Weights are 1, for any learner;
    nothing is predicted or kept.

    Source: Ktena et al. 2019, section 4 (https://arxiv.org/abs/1907.06558).
    """

    goes_on = True
    reads = ("label", "delivered_at")

    def examples(self, news: News) -> Examples:
        """Return a no for each serving, and the positives."""
        return fake_negatives(news)
