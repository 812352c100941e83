"""Users who leave for good."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, exponential, root
from sim.scenario import Scenario
from sim.scenario.population import Population

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Leaving:
    """When users leave.

    Where the integral of a hazard reaches a threshold of their own.

    The hazard is ``rate * exp(-satisfaction_effect * satisfaction)``, constant between visits, and the threshold
    exponential of mean 1, one a user. Whether a user comes again is decided at each visit, for the gap to the next.

    Args:
        scenario: the world.
        seed: the run's seed.
        replication: its replication.
        population: who is there from when on.

    Attributes:
        on: whether anybody leaves.
        by_state: whether satisfaction has a say.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int, population: Population) -> None:
        leaving = scenario.users.leaving
        self.on = leaving is not None
        self._rate, self._effect = (0.0, 0.0) if leaving is None else (leaving.rate, leaving.satisfaction_effect)
        self.by_state = self.on and self._effect != 0
        if self.on:
            self._arrived_at = population.arrived_at
            self._threshold = exponential(root(seed, replication, Stream.LEAVING), np.arange(population.count))
            self._until = population.arrived_at + self._threshold / self._rate

    def there(self, at: Floats, user: Ints) -> Floats:
        """Return instants of visits, infinite for who has left before.

        Where satisfaction has no say.
        """
        return np.where(at < self._until.take(user), at, np.inf)

    def after_arrival(self, at: Floats, user: Ints) -> tuple[Floats, Floats]:
        """Return the first visits and the patience left then.

        See `after`.
        """
        patience = self._threshold.take(user) - self._rate * (at - self._arrived_at.take(user))
        return np.where(patience > 0.0, at, np.inf), patience

    def after(self, patience: Floats, before: Floats, at: Floats, satisfaction: Floats) -> tuple[Floats, Floats]:
        """Return the next visits and the patience left then.

        Instants are infinite for who leaves.

        Args:
            patience: ``(n,)`` what was left of the threshold at the visits before.
            before: ``(n,)`` their instants, seconds.
            at: ``(n,)`` instants of the next visits.
            satisfaction: ``(n,)`` after the visits before.
        """
        hazard = self._rate * np.exp(-self._effect * satisfaction)
        left = patience - hazard * (at - before)
        return np.where(left > 0.0, at, np.inf), left
