"""Beta-Bernoulli Thompson sampling: show what a draw from the posterior says is best."""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv

from agents.learners.counts import Counts
from agents.parameters import number
from sim.ports import Experience, Observations, Slates, best

_LEAST = 1e-6  # a correction may take back more than it gave; a Beta law needs positive parameters


class BetaThompsonPolicy:
    """Draws anew for every (user, visit, item)."""

    def __init__(self, counts: Counts, a: float, b: float) -> None:
        self._counts, self._a, self._b = counts, a, b

    def act(self, observations: Observations) -> Slates:
        """Answer with the highest draws."""
        ids = observations.catalogue.ids
        pulls, wins = self._counts.of(ids)
        a = np.maximum(self._a + wins, _LEAST)
        b = np.maximum(self._b + pulls - wins, _LEAST)
        shown = best(betaincinv(a, b, observations.uniforms()), observations.size)
        return Slates(ids.take(shown), None, (a / (a + b)).take(shown))


class BetaThompson:
    """A Beta posterior per item.

    Args:
        a: prior successes.
        b: prior failures.

    Source: Chapelle & Li 2011, *An Empirical Evaluation of Thompson Sampling*
    (https://papers.nips.cc/paper/4321-an-empirical-evaluation-of-thompson-sampling).

    Three arms, told every 1000 pulls what they paid; regret as a share of that of random pulls:

    >>> from agents import Agent, ObservedOnly, BetaThompson
    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", Agent(BetaThompson(), ObservedOnly()), trace=False)
    >>> round(run.summary["regret/normalised"], 2)
    0.01
    """

    def __init__(self, a: float = 1.0, b: float = 1.0) -> None:
        self.a, self.b = number("a", a, above=True), number("b", b, above=True)
        self._counts = Counts()

    def train(self, experience: Experience) -> None:
        """Add weighted examples to the counts."""
        if experience.refit:
            self._counts = Counts()
        self._counts.add(experience)

    def policy(self) -> BetaThompsonPolicy:
        """Return a snapshot."""
        return BetaThompsonPolicy(self._counts.copy(), self.a, self.b)
