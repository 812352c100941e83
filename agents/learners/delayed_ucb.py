"""DelayedUCB: confidence bounds under a known delay law."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.learners._censored_counts import CensoredLearner

Floats = NDArray[np.float64]


class DelayedUCB(CensoredLearner):
    """UCB for outcomes whose delay law is known.

    The rate of an item is estimated by ``S / N'``. S counts its yeses, and each of its impressions adds to N' the
    chance ``F(min(age, window))`` that its yes, if there is one, has come by the cutoff: pending ones count from the
    moment they are served, and noes need never be told. The index is
    ``S / N' + sqrt(N / N') sqrt((1 + epsilon) ln t / 2 N')``.
    Here t counts all impressions served by the cutoff and N those of the item. Items never served come first, then
    those of which nothing can have come yet, the least served first. Beyond the paper: its t is the round that is
    chosen for, one more; ages and the window are times, not rounds; ties go to the lowest id.

    Of the delay it assumes that it has this law, the same for all items and whether or not tastes change, up to the
    log: the law includes the ingest. A yes must come as soon as it is known (``correction=observed_only`` or
    ``none``); with ``wait`` it comes later than the law says. `DelayedKLUCB` is better, most where rates are low.

    Cost: the impressions of the last window are kept, and weighted anew for each version.

    Args:
        delay: the law of a yes, a line of text as in a scenario.
        window: what comes later than this is never credited: the window of the scenario.
        epsilon: the confidence is ``(1 + epsilon) ln t``.

    Source: Vernade, Cappé & Perchet 2017, *Stochastic Bandit Models for Delayed Conversions*
    (https://arxiv.org/abs/1706.09186), equation 5 and proposition 6.

    Ten thousand requests, a yes comes an hour later on average and no no is told within the day:

    >>> from agents import Agent, DelayedUCB, MicroBatch, NoCorrection
    >>> from sim import Scenario, simulate
    >>> late = {"delay": "exponential(mean=1h)", "window": "1d", "negatives": "silent"}
    >>> arms = Scenario.load("bernoulli_bandit", {"horizon": "10000s", "feedback.click": late})
    >>> agent = Agent(DelayedUCB("exponential(mean=1h)", "1d"), NoCorrection(), MicroBatch("1m"))
    >>> round(simulate(arms, agent, trace=False).summary["regret/normalised"], 2)
    0.56
    """

    reads = ("item", "request_at")
    labels = "binary"

    @staticmethod
    def bound(mean: Floats, pulls: Floats, served: Floats, confidence: float) -> Floats:
        """Return the indices, ``(m,)``."""
        return np.asarray(mean + np.sqrt(served / pulls) * np.sqrt(confidence / (2.0 * pulls)))
