"""Oracle: the best slate for the current latent state.

It is the only policy that reads the truth; its regret is 0.
"""

from __future__ import annotations

import numpy as np

from agents.described import Described
from sim.ports import Experience, Observations, Slates


class OraclePolicy:
    """A policy that shows the truly best slates."""

    needs_truth = True

    def act(self, observations: Observations) -> Slates:
        """Return the best slates."""
        assert observations.best is not None
        return Slates(observations.best, np.ones(observations.best.shape))


class Oracle(Described):
    """A learner without training whose policy knows the truth.

    >>> from agents import Agent, Never, Oracle
    >>> from sim import simulate
    >>> simulate("bernoulli_bandit", Agent(Oracle(), cadence=Never()), trace=False).summary["regret/total"]
    0.0
    """

    reads = ()
    labels = "real"

    def train(self, experience: Experience) -> None:
        """Do nothing."""

    def policy(self) -> OraclePolicy:
        """Return the oracle's policy."""
        return OraclePolicy()
