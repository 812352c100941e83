"""How often a dashboard names the better of two agents."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.analysis.as_seen.triangle import Floats, Triangle
from sim.analysis.first_honest_day import first_honest_day

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Signs:
    """The difference of two agents, as seen and in truth.

    The second agent's rate less the first's.

    Attributes:
        truth: ``(steps,)`` mean true difference over replications.
        half: ``(steps,)`` half-width of its 95 % t-interval; NaN with one replication.
        seen: ``(steps, looks)`` mean difference as seen; NaN where the look is past the horizon.
        right: ``(replications, steps, looks)`` whether the sign seen is that of the true mean.
    """

    truth: Floats
    half: Floats
    seen: Floats
    right: Bools

    @property
    def pairs(self) -> int:
        """The number of replications."""
        return len(self.right)

    @property
    def reached(self) -> Bools:
        """Which looks are known, ``(steps, looks)``."""
        return np.isfinite(self.seen)

    @property
    def known(self) -> Bools:
        """Whether each true sign is known, at 95 %."""
        return np.isfinite(self.half) & (np.abs(self.truth) > np.nan_to_num(self.half))

    def first_honest(self, look: int) -> int | None:
        """Return the step from which a look is honest.

        It is honest where the true sign is known, and by `first_honest_day`, over the steps that the look has reached.

        Args:
            look: its number.

        Returns:
            None where there is no such step.
        """
        reached = np.flatnonzero(self.reached[:, look])
        if not len(reached):
            return None
        first = first_honest_day(self.right[:, reached, look] & self.known[reached])
        return None if first is None else int(reached[first])


def signs(first: Triangle, second: Triangle) -> Signs:
    """Compare two agents in the same world.

    Args:
        first: of one agent.
        second: of the other, on the same replications.
    """
    gaps, seen = second.truth - first.truth, second.seen - first.seen
    pairs, truth = len(gaps), gaps.mean(axis=0)
    half = np.full(len(truth), np.nan)
    if pairs > 1:
        half = float(stdtrit(pairs - 1, 0.975)) * gaps.std(axis=0, ddof=1) / math.sqrt(pairs)
    right = (np.sign(seen) == np.sign(truth)[None, :, None]) & (seen != 0.0)
    return Signs(truth, half, seen.mean(axis=0), right)
