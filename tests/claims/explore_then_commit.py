"""Explore, then commit: the bandit whose regret under a constant delay is a formula."""

from __future__ import annotations

import numpy as np
from scipy import stats

from agents import Agent, ObservedOnly
from sim import simulate
from sim.ports import Experience, Observations

from ._claim import TAIL, Claim, exact, share, slow
from ._worlds import At, world

GOOD, BAD, PULLS, ROUNDS = 0.5, 0.4, 100, 10_000
GAP = GOOD - BAD
_SOURCE = "explore-then-commit (Lattimore & Szepesvari 2020, ch. 6), alternating while waiting"


class Explorers:
    """A bandit for each user: plays its two arms in turn until ``pulls`` of each are known, then the better for good.

    Ties are broken by the user's number. It is learner and, as a frozen copy, policy.

    Args:
        users: how many.
    """

    def __init__(self, users: int) -> None:
        self.known, self.wins = np.zeros(users), np.zeros((users, 2))
        self.choice = np.full(users, -1)

    def train(self, experience: Experience) -> None:
        """Count what is known, and commit once it is enough."""
        rows = experience.examples
        undecided = self.choice[rows.impressions.user] < 0
        user, item = rows.impressions.user[undecided], rows.impressions.item[undecided]
        np.add.at(self.known, user, 1)
        np.add.at(self.wins, (user, item), rows.label[undecided])
        ready = np.flatnonzero((self.known >= 2 * PULLS) & (self.choice < 0))
        lead = self.wins[ready, 1] - self.wins[ready, 0]
        self.choice[ready] = np.where(lead == 0, ready % 2, lead > 0)

    def policy(self) -> Explorers:
        """Return a copy."""
        copy = Explorers(0)
        copy.choice = self.choice.copy()
        return copy

    def act(self, observations: Observations) -> np.ndarray:
        """Answer each user with the arm of its own."""
        choice = self.choice[observations.user]
        return np.where(choice < 0, observations.visit % 2, choice)[:, None]


def _wrong_choice() -> float:
    """Return the probability that 100 pulls of each arm favour the worse one, ties counting half."""
    wins = np.arange(PULLS + 1)
    both = np.outer(stats.binom.pmf(wins, PULLS, GOOD), stats.binom.pmf(wins, PULLS, BAD))
    return np.triu(both, 1).sum() + np.trace(both) / 2


def _regret(delay: int, wrong: float) -> float:
    return (PULLS + delay / 2) * GAP + (ROUNDS - 2 * PULLS - delay) * GAP * wrong


def constant_delay() -> list[Claim]:
    """T rounds, gap g, n pulls of each arm, delay d: (n + d/2) g + (T - 2n - d) g P(wrong)."""
    return _claims(100)


@slow
def constant_delay_often() -> list[Claim]:
    """The same with many more repetitions."""
    return _claims(2000)


def _claims(users: int) -> list[Claim]:
    at_once, late = (_total(users, delay) for delay in (0, 1000))
    wrong = (at_once - users * PULLS * GAP) / ((ROUNDS - 2 * PULLS) * GAP)  # how many, from their regret
    told = f"explore-then-commit, {users} repetitions"
    return [
        exact(f"{told}: a whole number is wrong", round(wrong), round(wrong, 6), _SOURCE),
        share(f"{told}: P(wrong)", _wrong_choice(), round(wrong), users, _SOURCE),
        _mean(f"{told}: regret without delay", 0, at_once, users),
        _mean(f"{told}: regret, delay 1000", 1000, late, users),
        exact(f"{told}: same luck, delay 1000", users * _regret(1000, wrong / users), late, _SOURCE),
    ]


def _mean(name: str, delay: int, total: float, users: int) -> Claim:
    """Return a claim about the mean regret; its spread is that of the one event of a wrong choice."""
    p = _wrong_choice()
    half = stats.norm.isf(TAIL) * (ROUNDS - 2 * PULLS - delay) * GAP * np.sqrt(p * (1 - p) / users)
    return Claim(name, _regret(delay, p), total / users, total / users - half, total / users + half, _SOURCE)


def _total(users: int, delay: int) -> float:
    """Return the regret of all users together.

    Users follow one another within a step. Feedback comes a moment, shorter than between two of them, after the look
    at the end of its step: the next look, before the next round, sees it.
    """
    late = {} if delay == 0 else {"feedback__click__delay": f"constant({1000 * delay}.1ms)"}
    scenario = world(ROUNDS + 1 - 0.5 / users, users__count=users, items={"click_rates": [GOOD, BAD]}, **late)
    agent = Agent(Explorers(users), ObservedOnly(), At(np.arange(1.0, 2 * PULLS + delay + 3.0)), ship="in_place")
    return simulate(scenario, agent, trace=False).summary["regret/total"]
