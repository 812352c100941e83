"""How likely whole slates of a log were."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.learners.composed import Composed
from sim.analysis.off_policy.estimators import Rows
from sim.analysis.off_policy.gathered import Gathered
from sim.analysis.off_policy.labels import Known
from sim.analysis.off_policy.retrace import Logged
from sim.kernel import run
from sim.pipeline.guard import copy_of
from sim.ports import Observations, Slates
from sim.scenario import Replication, Scenario

Floats = NDArray[np.float64]


def slate_propensities(scenario: Scenario, agent: Any, seed: int, replication: int, logged: Logged) -> Floats:
    """Return the probability of each slate in a log.

    The trace has propensities by position only, so the agent that logged runs once more, and its policies are asked.

    Args:
        scenario: the world.
        agent: the agent that logged.
        seed: the run's seed.
        replication: which one.
        logged: the slates.

    Returns:
        ``(n,)`` in the order of ``logged``; NaN where a policy has no ``slate_propensity``.
    """
    chance = np.full(len(logged.key), np.nan)
    noting = replace(agent, learner=_Noting(agent.learner, logged, chance))
    run(Replication(scenario, seed, replication), copy_of(noting, replication), [])
    return chance


def whole(log: Gathered, known: Known, chance: Floats) -> Rows:
    """Return requests as impressions of one position each.

    The weight is that of the whole slate, the label its reward; a request counts if all its impressions do.

    Args:
        log: the logged requests.
        known: their labels.
        chance: ``(n,)`` of the logged slates.
    """
    none = np.zeros((len(log), 1))
    label, kept = known.label.sum(axis=1, keepdims=True), known.kept.all(axis=1, keepdims=True)
    return Rows(log.user, (log.slate / chance)[:, None], label, np.asarray(kept), none, none)


class _Noting(Composed):
    """A learner whose policies note how likely their slates were."""

    def __init__(self, base: Any, logged: Logged, chance: Floats) -> None:
        super().__init__(base)
        self._logged, self._chance = logged, chance

    def fresh(self) -> _Noting:
        """Return a copy that notes in the same place."""
        return _Noting(self.base, self._logged, self._chance)

    @property
    def reads(self) -> tuple[str, ...] | None:
        """The columns that its base reads."""
        return self._columns()

    def policy(self) -> _NotingPolicy:
        """Return a snapshot."""
        return _NotingPolicy(self.base.policy(), self._logged, self._chance)


class _NotingPolicy:
    def __init__(self, base: Any, logged: Logged, chance: Floats) -> None:
        self._base, self._logged, self._chance = base, logged, chance
        self.needs_truth = bool(getattr(base, "needs_truth", False))

    def act(self, observations: Observations) -> Slates:
        """Return the slates of the base, and note them."""
        said = self._base.act(observations)
        items = np.asarray(getattr(said, "items", said))
        if said_of := getattr(self._base, "slate_propensity", None):
            rows, there = self._logged.find(observations.user, observations.visit)
            there &= (self._logged.item[rows] == items).all(axis=1)
            self._chance[rows[there]] = np.asarray(said_of(observations, items))[there]
        return said if isinstance(said, Slates) else Slates(items)
