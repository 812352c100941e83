"""A bandit with queues (Joulani, Gyorgy, Szepesvari 2013)."""

from __future__ import annotations

from collections import deque

import numpy as np

from sim.ports import Experience, Observations


class Queued:
    """QPM-D around UCB1: each arm has a queue, of which the base is fed whenever it would play that arm.

    Args:
        arms: how many.
    """

    def __init__(self, arms: int) -> None:
        self.queues: list[deque[float]] = [deque() for _ in range(arms)]
        self.fed, self.wins = np.zeros(arms), np.zeros(arms)

    def __deepcopy__(self, memo: dict) -> Queued:
        return self  # what was fed is read after the run

    def train(self, experience: Experience) -> None:
        """Put feedback into the queues, and feed the base until it asks for an arm with none."""
        rows = experience.examples
        for item, label in zip(rows.impressions.item, rows.label, strict=True):
            self.queues[item].append(label)
        while self.queues[arm := self.choice()]:
            self.wins[arm] += self.queues[arm].popleft()
            self.fed[arm] += 1

    def choice(self) -> int:
        """Return the arm of the highest index."""
        n = np.maximum(self.fed, 1.0)
        bonus = np.sqrt(2 * np.log(max(self.fed.sum(), 1.0)) / n)
        return int(np.argmax(np.where(self.fed > 0, self.wins / n + bonus, np.inf)))

    def policy(self) -> Always:
        """Return the policy that plays this arm."""
        return Always(self.choice())


class Always:
    """Plays one arm."""

    def __init__(self, arm: int) -> None:
        self._arm = arm

    def act(self, observations: Observations) -> np.ndarray:
        """Answer with the arm."""
        return np.full((len(observations), 1), self._arm)
