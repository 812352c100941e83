"""Uniform: random slates, the baseline of every learner."""

from __future__ import annotations

from agents.described import Described
from agents.learners.slates import RandomPolicy
from sim.ports import Experience


class Uniform(Described):
    """A learner that learns nothing and shows random slates.

    >>> from agents import Agent, Never, Uniform
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(Uniform(), cadence=Never()), trace=False)
    >>> round(run.summary["regret/normalised"], 1)
    1.0
    """

    reads = ()
    labels = "real"

    def train(self, experience: Experience) -> None:
        """Do nothing."""

    def policy(self) -> RandomPolicy:
        """Return the random policy."""
        return RandomPolicy()
