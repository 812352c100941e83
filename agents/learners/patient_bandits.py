"""PatientBandits: bonuses for outcomes that may still come."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from agents.learners._censored_counts import CensoredCounts, CensoredPolicy
from agents.learners._index import CountingLearner
from agents.parameters import number

Floats = NDArray[np.float64]


def _bound(mean: Floats, pulls: Floats, served: Floats, confidence: float, alpha: float, rounds: int) -> Floats:
    log = np.log(2.0 * len(mean)) + 3.0 * np.log(rounds)
    return np.asarray(mean + np.sqrt(2.0 * log / pulls) + 2.0 * pulls**-alpha)


class PatientBandits(CountingLearner):
    """UCB with a bonus for outcomes that are late.

    The index is ``S / N + sqrt(2 ln(2 m T**3) / N) + 2 N**-alpha``: S counts the yeses so far of the item and N all
    that was served of it, so pending outcomes count as noes, and m is the number of items. Items never served come
    first, lowest id first. Beyond the paper: m are the items alive, which may change; ties go to the lowest id.

    Of the delay it assumes a bound on its tail that is known, ``P(delay > x rounds) <= x**-alpha``; beyond that each
    item may have a law of its own, outcomes of which nothing is known but that they come, and noes that are never told.
    A yes must come as soon as it is known (``correction=observed_only`` or ``none``).

    Cost: that of UCB1; it reads what was served.

    Args:
        alpha: of the tail, above 0; more than 1/2 is taken as 1/2.
        rounds: T, the number of impressions that it is meant for.

    Source: Manegueu, Vernade, Carpentier & Valko 2020, *Stochastic bandits with arm-dependent delays*
    (https://arxiv.org/abs/2006.10459), equations 4 and 5.

    Ten thousand requests, a yes comes a minute later on average and no no is told within the day:

    >>> from agents import Agent, MicroBatch, NoCorrection, PatientBandits
    >>> from sim import Scenario, simulate
    >>> late = {"delay": "exponential(mean=1m)", "window": "1d", "negatives": "silent"}
    >>> arms = Scenario.load("bernoulli_bandit", {"horizon": "10000s", "feedback.click": late})
    >>> agent = Agent(PatientBandits(0.5, 10_000), NoCorrection(), MicroBatch("1m"))
    >>> round(simulate(arms, agent, trace=False).summary["regret/normalised"], 2)
    0.67
    """

    reads = ("item", "request_at")
    labels = "binary"
    _statistics: CensoredCounts

    def __init__(self, alpha: float = 0.5, rounds: int = 100_000) -> None:
        self.alpha = number("alpha", alpha, above=True)
        self.rounds = int(number("rounds", rounds, least=1.0))
        super().__init__()

    def _empty(self) -> CensoredCounts:
        return CensoredCounts("constant(0s)", 1.0)  # what is served counts in full, at once

    def policy(self) -> CensoredPolicy:
        """Return a snapshot."""
        bound = partial(_bound, alpha=min(self.alpha, 0.5), rounds=self.rounds)
        return CensoredPolicy(self._statistics.copy(), bound, 1.0)
