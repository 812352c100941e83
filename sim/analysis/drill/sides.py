"""An agent without and with an incident, by replication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.paired.statistics import t_interval
from sim.score.grid import BUCKETS

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
SIZE = 2  # buckets of the curve in a step
STEPS = BUCKETS // SIZE
_ROUNDING = 1e-12  # of a running total, as a share of it


@dataclass(frozen=True)
class Gap:
    """A mean paired difference and its 95 % half-width."""

    mean: float
    half: float

    @property
    def low(self) -> float:
        """The lower end of its interval."""
        return self.mean - self.half

    @property
    def high(self) -> float:
        """The upper end of its interval."""
        return self.mean + self.half


def gap_of(differences: Floats) -> Gap:
    """Return the mean of differences, two or more, as `Gap`.

    >>> gap_of(np.array([3.0, 3.0]))
    Gap(mean=3.0, half=0.0)
    """
    found = t_interval(differences)
    assert found is not None, "one replication has no interval"
    return Gap(found[0], found[1])


@dataclass(frozen=True, eq=False)
class Amounts:
    """Regret and reward of a run, by step of time.

    Attributes:
        regret: ``(replications, STEPS)``.
        reward: ``(replications, STEPS)``.
    """

    regret: Floats
    reward: Floats

    @staticmethod
    def of(curve: pd.DataFrame) -> Amounts:
        """Return those of a run's ``curve``, which has running totals."""
        return Amounts(_steps(curve, "regret/total"), _steps(curve, "reward/total"))


def _steps(curve: pd.DataFrame, name: str) -> Floats:
    totals = np.nan_to_num(curve[name].to_numpy(dtype=np.float64).reshape(-1, BUCKETS)[:, SIZE - 1 :: SIZE])
    return np.diff(totals, axis=1, prepend=0.0)


@dataclass(frozen=True, eq=False)
class Side:
    """One agent and platform, without and with the incident.

    Attributes:
        name: of the protection; empty: none.
        calm: without the incident.
        struck: with it.
        spared: whether the incident cannot strike it, as it serves in place.
    """

    name: str
    calm: Amounts
    struck: Amounts
    spared: bool = False

    @property
    def more(self) -> Floats:
        """Regret that the incident adds, ``(replications, STEPS)``.

        What running totals lose by rounding is none.
        """
        found = self.struck.regret - self.calm.regret
        rounding = _ROUNDING * np.abs(self.struck.regret).sum(axis=1, keepdims=True)
        return np.where(np.abs(found) <= rounding, 0.0, found)

    @property
    def cost(self) -> Gap:
        """Regret that the incident adds, over the whole run."""
        return gap_of(self.more.sum(axis=1))

    @property
    def lost_reward(self) -> Gap:
        """Reward that the incident takes, over the whole run."""
        return gap_of((self.calm.reward - self.struck.reward).sum(axis=1))

    def steps(self) -> list[Gap]:
        """Return the regret that the incident adds in each step."""
        return [gap_of(own) for own in self.more.T]

    def to_come(self, step: int) -> Gap:
        """Return the regret that it adds from a step on."""
        return gap_of(self.more[:, step:].sum(axis=1))

    def running(self) -> list[Gap]:
        """Return the regret added by each step's end."""
        return [gap_of(own) for own in np.cumsum(self.more, axis=1).T]
