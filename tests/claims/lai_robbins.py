"""How fast regret must grow: Lai and Robbins' constant."""

from __future__ import annotations

import numpy as np
from scipy.special import rel_entr

from agents import Agent, ObservedOnly
from sim import simulate
from sim.ports import Experience, Observations

from ._claim import Claim, near, slow
from ._worlds import At, world

GOOD, BAD, USERS = 0.7, 0.4, 100
FIRST, LAST = 1000, 20_000


class KLUCB:
    """KL-UCB for each user: the arm with the highest p such that n kl(mean, p) <= ln t.

    Between two looks it plays the index's arm once and then the better mean: an index that stands still must not be
    played a thousand times. Where looks are closer than explorations, these are all that KL-UCB makes.
    """

    def __init__(self) -> None:
        self.pulls, self.wins, self.at = np.zeros((USERS, 2)), np.zeros((USERS, 2)), 0.0

    def train(self, experience: Experience) -> None:
        """Count."""
        rows = experience.examples
        where = (rows.impressions.user, rows.impressions.item)
        np.add.at(self.pulls, where, 1.0)
        np.add.at(self.wins, where, rows.label)
        self.at = experience.cutoff

    def policy(self) -> Once:
        """Return the arms to play: by index, and by mean."""
        n = np.maximum(self.pulls, 1e-9)
        mean = self.wins / n
        low, high = mean, np.ones_like(mean)
        for _ in range(40):
            middle = (low + high) / 2
            inside = n * (rel_entr(mean, middle) + rel_entr(1 - mean, 1 - middle)) <= np.log(max(self.at, 1.0))
            low, high = np.where(inside, middle, low), np.where(inside, high, middle)
        return Once(np.argmax(low, axis=1), np.argmax(mean, axis=1), self.at)


class Once:
    """Plays one arm within a second of an instant, and another from then on."""

    def __init__(self, first: np.ndarray, then: np.ndarray, at: float) -> None:
        self._first, self._then, self._until = first, then, at + 1.0

    def act(self, observations: Observations) -> np.ndarray:
        """Answer each user with its arm."""
        user = observations.user
        return np.where(observations.at < self._until, self._first[user], self._then[user])[:, None]


@slow
def slope() -> list[Claim]:
    """In the long run regret grows by gap / KL(worse, best) per unit of ln T or faster.

    KL-UCB (Garivier & Cappe 2011) comes down to it from above. Thompson sampling comes from below: over these horizons
    it plays the worse arm so few times that the bound, which is about T to infinity, says nothing of it yet.
    """
    constant = (GOOD - BAD) / (rel_entr(BAD, GOOD) + rel_entr(1 - BAD, 1 - GOOD))
    looks = [1.0]
    while looks[-1] < LAST:
        looks.append(np.ceil(max(looks[-1] + 1, 1.01 * looks[-1])))
    scenario = world(LAST, users__count=USERS, items={"click_rates": [GOOD, BAD]})
    agent = Agent(KLUCB(), ObservedOnly(), At(np.array(looks)), ship="in_place")
    curve = simulate(scenario, agent, replications=8, trace=False).curve
    total = curve.pivot(index="at", columns="replication", values="regret/total")
    grown = (total.loc[LAST] - total.loc[FIRST]) / USERS / np.log(LAST / FIRST)
    return [near("KL-UCB: regret per unit of ln T", constant, grown, "Lai & Robbins 1985", sign=">=")]
