"""Explore, then commit: the agent, and its regret in a world where it is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from agents import Agent, ObservedOnly
from sim import simulate
from sim.ports import Experience, Observations

from ._worlds import At, world

SOURCE = "explore-then-commit (Lattimore & Szepesvari 2020, ch. 6), alternating while waiting"


class Explorers:
    """A bandit for each user: plays its two arms in turn until enough of each is known, then the better for good.

    Ties are broken by the user's number. It is learner and, as a frozen copy, policy.

    Args:
        users: how many.
        pulls: how many of each arm are enough.
    """

    def __init__(self, users: int, pulls: int) -> None:
        self.pulls = pulls
        self.known, self.wins = np.zeros(users), np.zeros((users, 2))
        self.choice = np.full(users, -1)

    def train(self, experience: Experience) -> None:
        """Count what is known, and commit once it is enough."""
        rows = experience.examples
        undecided = self.choice[rows.impressions.user] < 0
        user, item = rows.impressions.user[undecided], rows.impressions.item[undecided]
        np.add.at(self.known, user, 1)
        np.add.at(self.wins, (user, item), rows.label[undecided])
        ready = np.flatnonzero((self.known >= 2 * self.pulls) & (self.choice < 0))
        lead = self.wins[ready, 1] - self.wins[ready, 0]
        self.choice[ready] = np.where(lead == 0, ready % 2, lead > 0)

    def policy(self) -> Explorers:
        """Return a copy."""
        copy = Explorers(0, self.pulls)
        copy.choice = self.choice.copy()
        return copy

    def act(self, observations: Observations) -> np.ndarray:
        """Answer each user with the arm of its own."""
        choice = self.choice[observations.user]
        return np.where(choice < 0, observations.visit % 2, choice)[:, None]


@dataclass(frozen=True)
class Bandit:
    """Two arms that give 0 or 1, explored for ``pulls`` rounds each; what is played is known ``delay`` rounds later.

    Attributes:
        pulls: n.
        delay: d, rounds.
        rounds: T.
        good: click rate of the better arm.
        bad: of the other.
    """

    pulls: int
    delay: int
    rounds: int
    good: float
    bad: float

    @property
    def gap(self) -> float:
        """What a round with the worse arm costs."""
        return self.good - self.bad

    @property
    def committed(self) -> int:
        """Rounds after the choice."""
        return self.rounds - 2 * self.pulls - self.delay

    def regret(self, wrong: float) -> float:
        """Return (n + d/2) g + (T - 2n - d) g P(wrong), g being the gap."""
        return (self.pulls + self.delay / 2) * self.gap + self.committed * self.gap * wrong

    def lead(self) -> np.ndarray:
        """Return the law of (wins of the better arm) - (wins of the other), for -n ... n."""
        wins = np.arange(self.pulls + 1)
        good, bad = (stats.binom.pmf(wins, self.pulls, rate) for rate in (self.good, self.bad))
        return np.convolve(good, bad[::-1])

    def wrong_choice(self) -> float:
        """Return the probability that the worse arm leads, ties counting half."""
        lead = self.lead()
        return float(lead[: self.pulls].sum() + lead[self.pulls] / 2)

    def total(self, users: int) -> float:
        """Return the regret that the simulator gives to this many bandits together.

        Users follow one another within a step. Feedback comes a moment, shorter than between two of them, after the
        look at the end of its step: the next look, before the next round, sees it.
        """
        late = {} if self.delay == 0 else {"feedback__click__delay": f"constant({1000 * self.delay}.001ms)"}
        items = {"click_rates": [self.good, self.bad]}
        scenario = world(self.rounds + 1 - 0.5 / users, users__count=users, items=items, **late)
        looks = At(np.arange(1.0, 2 * self.pulls + self.delay + 3.0))
        agent = Agent(Explorers(users, self.pulls), ObservedOnly(), looks, ship="in_place")
        return float(simulate(scenario, agent, trace=False).summary["regret/total"])
