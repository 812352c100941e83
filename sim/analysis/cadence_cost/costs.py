"""Costs of cadences a day, paired by replication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.cadence_cost.grid import name_of
from sim.analysis.cadence_cost.prices import PUSHED, REWARD, TRAINING, Prices, amounts
from sim.analysis.paired.pairwise import may_be_best
from sim.analysis.paired.scored_run import ScoredRun
from sim.analysis.paired.statistics import t_interval
from sim.errors import LabError
from sim.laws.durations import seconds
from sim.score.metrics.reward import DAY

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Measured:
    """What a cadence brings and uses a day.

    Attributes:
        interval: seconds between two trainings; None: online in place.
        rewards: ``(replications,)``, of the days that are scored.
        hours: of training, ``(replications,)``, of all days.
        pushes: ``(replications,)``, of all days.
        retrains: the mean number of trainings.
    """

    interval: float | None
    rewards: Floats
    hours: Floats
    pushes: Floats
    retrains: float

    @property
    def name(self) -> str:
        """``online``, or the interval."""
        return name_of(self.interval)


def measured(run: ScoredRun, interval: float | None) -> Measured:
    """Return what a run brings and uses a day.

    Raises:
        LabError: its scores are not all known.
    """
    table = run.replicates
    rows: Sequence[Mapping[Any, Any]] = [run.summary] if table is None else table.to_dict("records")
    days = seconds(str(run.config.scenario["horizon"])) / DAY
    scored = days - seconds(run.config.score_from) / DAY
    try:
        each = [amounts(row, run.config.ship) for row in rows]
    except ValueError as error:
        raise LabError(f"cadence: {name_of(interval)}: {error}") from error
    parts = {part: np.array([one[part] for one in each], dtype=np.float64) for part in (REWARD, TRAINING, PUSHED)}
    trained = float(run.summary.trained or 0.0)
    return Measured(interval, parts[REWARD] / scored, parts[TRAINING] / days, parts[PUSHED] / days, trained / days)


@dataclass(frozen=True)
class Costs:
    """Costs of cadences a day.

    Lost reward is counted against the cadence with most reward in the mean: that changes no difference of costs.

    Attributes:
        cadences: online first, if it is there, then by interval.
        prices: of a reward, an hour of training and a push.
    """

    cadences: tuple[Measured, ...]
    prices: Prices

    @staticmethod
    def of(found: Sequence[Measured], prices: Prices) -> Costs:
        """Return the costs, with the cadences in order."""
        return Costs(tuple(sorted(found, key=lambda one: one.interval or 0.0)), prices)

    @cached_property
    def parts(self) -> Mapping[str, Floats]:
        """The cost of each part, ``(cadences, replications)``."""
        rewards, hours, pushes = (
            np.stack([getattr(one, name) for one in self.cadences]) for name in ("rewards", "hours", "pushes")
        )
        price = self.prices.by_part
        most = rewards[self.richest]
        return {
            REWARD: price[REWARD] * (most - rewards),
            TRAINING: price[TRAINING] * hours,
            PUSHED: price[PUSHED] * pushes,
        }

    @property
    def richest(self) -> int:
        """The cadence with most reward, by its position."""
        return int(np.argmax([one.rewards.mean() for one in self.cadences]))

    @property
    def alike(self) -> bool:
        """Whether every cadence earns the same in each replication."""
        return all(np.array_equal(one.rewards, self.cadences[0].rewards) for one in self.cadences)

    @cached_property
    def total(self) -> Floats:
        """The cost, ``(cadences, replications)``."""
        return np.asarray(sum(self.parts.values()), dtype=np.float64)

    @property
    def best(self) -> int:
        """The cheapest cadence in the mean, by its position."""
        return int(np.argmin(self.total.mean(axis=1)))

    @property
    def named(self) -> int | None:
        """The one named best; None where all earn alike."""
        return None if self.alike else self.best

    @cached_property
    def near(self) -> tuple[bool, ...]:
        """Whether each is not known to be worse.

        The cheapest one is among them with 95 % confidence: `may_be_best`, paired by replication.
        """
        return tuple(map(bool, may_be_best(self.total)))

    @cached_property
    def more(self) -> tuple[tuple[float, float | None], ...]:
        """By how much each costs more than the best.

        Mean and 95 % half-width of the paired difference; None with one replication.
        """
        found = []
        for own in self.total:
            gaps = own - self.total[self.best]
            known = t_interval(gaps)
            found.append((float(gaps.mean()), None if known is None else known[1]))
        return tuple(found)
