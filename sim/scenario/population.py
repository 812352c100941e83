"""Who is there from when on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, exponential, root
from sim.scenario.load import Scenario

Floats = NDArray[np.float64]
_AT_ONCE = 4096  # arrivals drawn together


class Population:
    """The users of the start, and those who arrive.

    Arrivals are a Poisson process; who arrives is numbered from ``users.count`` on, in order. They depend on no agent,
    so that all within the horizon are known beforehand.

    Args:
        scenario: the world.
        seed: the run's seed.
        replication: its replication.

    Attributes:
        arrived_at: ``(users,)`` instants from which users are there, seconds; 0 for those of the start.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int) -> None:
        arrivals, self._first = scenario.users.arrivals, scenario.users.count
        late = np.empty(0)
        if arrivals is not None:
            key = root(seed, replication, Stream.ARRIVAL)
            late = _instants(key, arrivals.rate, scenario.horizon)
        self.arrived_at = np.concatenate([np.zeros(self._first), late])

    @property
    def count(self) -> int:
        """All users who are ever there."""
        return len(self.arrived_at)

    @property
    def late(self) -> Floats:
        """The instants of arrivals, ascending, seconds."""
        return self.arrived_at[self._first :]


def _instants(key: np.uint64, rate: float, horizon: float) -> Floats:
    """Return the instants of arrivals up to the horizon."""
    gaps, last = np.empty(0), 0.0
    while last <= horizon:
        gaps = np.append(gaps, exponential(key, np.arange(len(gaps), len(gaps) + _AT_ONCE)) / rate)
        last = float(np.add.accumulate(gaps)[-1])
    at = np.add.accumulate(gaps)
    return at[at <= horizon]
