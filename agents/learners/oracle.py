"""Oracle: the best slate for the latent state now. The only policy let near the truth; its regret is 0."""

from __future__ import annotations

import numpy as np

from agents.described import Described
from sim.ports import Experience, Observations, Slates


class OraclePolicy:
    """Shows what the world says is best."""

    needs_truth = True

    def act(self, observations: Observations) -> Slates:
        """Answer with the best slates."""
        assert observations.best is not None
        return Slates(observations.best, np.ones(observations.best.shape))


class Oracle(Described):
    """Learns nothing and is told everything.

    >>> from agents import Agent, Never, Oracle
    >>> from sim import simulate
    >>> simulate("bernoulli_bandit", Agent(Oracle(), cadence=Never()), trace=False).summary["regret/total"]
    0.0
    """

    reads = ()

    def train(self, experience: Experience) -> None:
        """Learn nothing."""

    def policy(self) -> OraclePolicy:
        """Return the oracle."""
        return OraclePolicy()
