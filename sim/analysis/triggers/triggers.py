"""Score a drift trigger, and its twin by the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents import Agent
from agents.cadences.on_drift import OnDrift
from sim.analysis.cadence_cost.grid import retrained_every
from sim.analysis.triggers.detections import detections
from sim.analysis.triggers.pooled import Interval, Pooled, with_t_interval
from sim.analysis.triggers.replication import Player, Replication, Task, run_in_turn
from sim.errors import LabError, refusing
from sim.laws.durations import seconds
from sim.scenario import Scenario
from sim.simulation import start_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Triggers:
    """A drift trigger, scored, and its twin by the clock.

    Attributes:
        pooled: what its alarms saw.
        trigger: its replications.
        twin: those of the same agent, retrained by the clock.
        interval: between two retrains of the twin, seconds.
        start: end of the warm-up, which is not scored, seconds.
    """

    pooled: Pooled
    trigger: tuple[Replication, ...]
    twin: tuple[Replication, ...]
    interval: float
    start: float

    @property
    def regrets(self) -> tuple[Interval, Interval]:
        """Regret at the base rate of trigger and twin."""
        return with_t_interval(_regrets(self.trigger)), with_t_interval(_regrets(self.twin))

    @property
    def more(self) -> Interval:
        """Regret of the twin less that of the trigger, paired."""
        return with_t_interval(_regrets(self.twin) - _regrets(self.trigger))

    @property
    def retrains(self) -> tuple[float, float]:
        """Mean number of scored retrains of trigger and twin."""
        return _count(self.trigger, self.start), _count(self.twin, self.start)

    @property
    def all_retrains(self) -> tuple[float, float]:
        """The same, with those of the warm-up."""
        return _count(self.trigger), _count(self.twin)

    def plain(self) -> dict[str, Any]:
        """Return plain data; ``docs/decisions/triggers.md`` lists the keys."""
        pooled, (trigger, twin) = self.pooled, self.regrets
        intervals = {
            "mtd": pooled.mtd, "mtd_from_first_label": pooled.mtd_from_first_label, "mdr": pooled.mdr,
            "false_per_day": pooled.false_per_day, "mtfa": pooled.mtfa, "regret": trigger, "twin_regret": twin,
            "twin_more": self.more,
        }  # fmt: skip
        return {
            "replications": len(self.trigger), "days": pooled.days, "shifts": pooled.shifts,
            "detected": pooled.detected, "false_alarms": pooled.false_alarms, "retrains": self.retrains[0],
            "twin_retrains": self.retrains[1], "all_retrains": self.all_retrains[0],
            "twin_all_retrains": self.all_retrains[1], "twin_interval": self.interval,
        } | {name: vars(one) for name, one in intervals.items()}  # fmt: skip


def shifts_of(scenario: Scenario) -> tuple[float, ...]:
    """Return the instants of the stated shifts.

    They are ascending, each once. Those that move nobody are left out.
    """
    return tuple(sorted({one.at for one in scenario.users.shifts if one.share > 0 and one.size > 0}))


def score_triggers(
    scenario: Scenario,
    agent: Agent,
    *,
    within: float | str | None = None,
    score_from: float | str = 0.0,
    seed: int = 0,
    replications: int = 8,
    block: int | None = None,
    play: Player = run_in_turn,
    done: Callable[[], None] = lambda: None,
) -> Triggers:
    """Score a drift trigger and its twin by the clock.

    The twin has as many retrains in the time that is scored (`even_interval`) as the trigger in the mean, rounded, and
    one at least.

    Args:
        scenario: the world; its ``users.shifts`` are what is to be detected.
        agent: one whose cadence is `OnDrift`.
        within: how long after a shift an alarm counts for it; None: until the next shift, or the horizon.
        score_from: requests before it are not in the regret; detections are of the whole run.
        seed: of the runs; trigger and twin have the same users, tastes and noise.
        replications: independent repetitions.
        block: requests computed at once, None to adapt; it does not change the result.
        play: runs the replications; the result does not depend on it.
        done: called after each replication of each of the two.

    Raises:
        LabError: a value that is not allowed.
        AgentError: an agent's code failed or returned something invalid.
    """
    lasting = check(agent, within, replications)
    shifts, start = shifts_of(scenario), start_of(score_from, scenario)

    def played(one: Agent) -> tuple[Replication, ...]:
        tasks = {n: Task(scenario, one, shifts, start, seed, n, block) for n in range(replications)}
        found = {}
        for number, came in play(tasks):
            found[number] = came
            done()
        return tuple(found[number] for number in tasks)

    trigger = played(agent)
    interval = even_interval(round(_count(trigger, start)), start, scenario.horizon)
    seen = [detections(shifts, one.first_labels.tolist(), one.alarms.tolist(), scenario.horizon, lasting)
            for one in trigger]  # fmt: skip
    return Triggers(Pooled(tuple(seen)), trigger, played(retrained_every(agent, interval)), interval, start)


def check(agent: Agent, within: float | str | None, replications: int) -> float | None:
    """Refuse what cannot be scored; return ``within``, seconds.

    Raises:
        LabError: a value that is not allowed.
    """
    if not isinstance(agent.cadence, OnDrift):
        raise LabError(f"cadence: is {type(agent.cadence).__name__}, no drift trigger; cadence=drift is allowed")
    if replications < 2:
        raise LabError(f"replications: is {replications}; 2 or more are needed")
    with refusing("within: {why}", ValueError):
        lasting = None if within is None else seconds(within)
    if lasting is not None and lasting <= 0.0:
        raise LabError(f"within: is {within}; a time after each shift, such as 1d, is allowed")
    return lasting


def even_interval(retrains: int, start: float, horizon: float) -> float:
    """Return the interval of so many scored retrains.

    It is the longest that divides the horizon and has so many in the time that is scored: with no warm-up it is
    ``horizon / (retrains + 1)``. It is rounded up to microseconds, so that no retrain falls just before the end.

    Args:
        retrains: how many, from ``start`` until before the horizon; one at least.
        start: end of the warm-up, seconds.
        horizon: seconds.

    >>> even_interval(3, 0.0, 100.0), even_interval(3, 40.0, 100.0)
    (25.0, 20.0)
    """
    whole = most = max(1, retrains)
    while whole + 1 - max(1, ceil(start * (whole + 1) / horizon)) < most:
        whole += 1
    return ceil(horizon * 1e6 / (whole + 1)) / 1e6


def _regrets(replications: tuple[Replication, ...]) -> Floats:
    return np.array([np.nan if one.regret is None else one.regret for one in replications])


def _count(replications: tuple[Replication, ...], start: float = 0.0) -> float:
    return float(np.mean([np.count_nonzero(one.retrains >= start) for one in replications]))
