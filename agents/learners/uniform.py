"""Uniform: random slates. What every other learner must beat."""

from __future__ import annotations

from agents.described import Described
from agents.learners.slates import RandomPolicy
from sim.ports import Experience


class Uniform(Described):
    """Learns nothing and shows uniformly random slates.

    >>> from agents import Agent, Never, Uniform
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(Uniform(), cadence=Never()), trace=False)
    >>> round(run.summary["regret/normalised"], 1)
    1.0
    """

    reads = ()

    def train(self, experience: Experience) -> None:
        """Learn nothing."""

    def policy(self) -> RandomPolicy:
        """Return the random policy."""
        return RandomPolicy()
