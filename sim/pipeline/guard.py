"""The platform's calls of the agent, with every answer checked.

An error names what failed.

An unchecked NaN, a row too few or a clock that stands still would become a number that looks like any other.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from sim.laws.durations import per_second
from sim.laws.instants import SHORTEST, microseconds
from sim.pipeline.agent_error import Breach
from sim.pipeline.asking import asked
from sim.pipeline.columns import SPARED
from sim.pipeline.guarded_correction import GuardedCorrection
from sim.pipeline.guarded_learner import GuardedLearner
from sim.pipeline.log import Log
from sim.ports import AgentParts, Examples, Impressions, News, Space, columns_read
from sim.tuning import TUNING, Tuning


class AgentSpec(Protocol):
    """An agent's specification; every replication runs a fresh copy."""

    def fresh(self) -> AgentParts:
        """Return a copy that shares no state."""


def copy_of(agent: AgentSpec, replication: int) -> AgentParts:
    """Return a fresh copy of an agent, for one replication."""
    name = type(getattr(agent, "learner", agent)).__name__
    parts: AgentParts = asked(f"{name} failed to be copied for replication {replication}", agent.fresh)
    return parts


class Guarded:
    """An agent whose every answer is checked.

    Args:
        agent: a fresh one; its state changes.
        tuning: sizes.

    Attributes:
        learner: what is trained.
        cadence: when.
        ship: how a version goes live.
        unread: columns of impressions that no part of it reads.
        truth: what its correction is told of outcomes, if it needs that.
    """

    def __init__(self, agent: AgentParts, tuning: Tuning = TUNING) -> None:
        self.ship = agent.ship
        told = [columns_read(part) for part in (agent.learner, agent.correction, agent.cadence)]
        self.unread = frozenset(SPARED if None not in told else ()).difference(*filter(None, told))
        self.learner = GuardedLearner(agent)
        self.cadence = GuardedCadence(agent)
        self._correction = GuardedCorrection(agent, self.learner, tuning.rows_at_once)
        self.truth = self._correction.truth

    def begin(self, space: Space) -> None:
        """Show learner and correction the space, if they want that."""
        self.learner.begin(space)
        self._correction.begin(space)

    @property
    def as_matured(self) -> bool:
        """Whether the correction's examples are the matured entries, unchanged.

        See `sim.ports.as_matured`.
        """
        return self._correction.as_matured

    def news(self, log: Log, now: float, *, refit: bool | None = None) -> News:
        """Return the log's news for a training (see `Log.take_news`)."""
        news = log.take_news(now, refit=refit)
        return replace(news, warm=True) if news.refit and self.cadence.warm else news

    def examples(self, news: News) -> Examples:
        """Return the correction's examples that the learner can process.

        See `GuardedCorrection.examples`.
        """
        return self._correction.examples(news)


class GuardedCadence:
    """The cadence of an agent.

    Attributes:
        refit_window: seconds, or None; asked once.
        feedbacks: a whole number >= 1, or None; asked once.
        adds: whether trainings add what is new, all of them or some.
        warm: whether refits begin with what the learner knew.
        budget: examples a second that refits are handed at most; None: all.
        only_counts: whether it reads nothing of what matured but how much that is.
    """

    def __init__(self, agent: AgentParts) -> None:
        self._cadence = agent.cadence
        self.only_counts = columns_read(agent.cadence) == ()
        self._name = type(agent.cadence).__name__
        self._after, self._next = -math.inf, 0.0
        self.feedbacks, self.refit_window = agent.cadence.feedbacks, agent.cadence.refit_window
        asked(f"{self._name} failed to begin at 0 s", self._check)
        self._refits = getattr(agent.cadence, "refits", None) if self.refit_window is not None else None
        self.adds = self.refit_window is None or self._refits is not None
        self.warm = bool(getattr(agent.cadence, "warm", False))
        budget = getattr(agent.cadence, "budget", None)
        self.budget = None if budget is None else asked(f"{self._name} failed to begin at 0 s", per_second, budget)

    def _check(self) -> None:
        if self.feedbacks is not None and not (_whole(self.feedbacks) and self.feedbacks >= 1):
            raise Breach(f"feedbacks is {self.feedbacks!r}, expected a whole number >= 1 or None")
        if self.refit_window is not None and not (_number(self.refit_window) and self.refit_window > 0):
            raise Breach(f"refit_window is {self.refit_window!r}, expected seconds above 0 or None")

    def next(self, after: float) -> float:
        """Return the next look, which lies after ``after``.

        Asked again for the same instant, it is the same.
        """
        if after != self._after:
            who = f"{self._name} failed to say when to look after {after:g} s"
            self._after, self._next = after, asked(who, self._following, after)
        return self._next

    def _following(self, after: float) -> float:
        at = self._cadence.next(after)
        if not (_number(at) and at > after):
            raise Breach(f"next is {at!r}, expected a later instant, infinite for never")
        if microseconds(at - after) < 1.0:
            raise Breach(f"next is {at!r}, which is less than {SHORTEST} later: such looks never end")
        return float(at)

    def wants(self, matured: Impressions) -> bool:
        """Say whether to train, at the look last named."""
        wants: bool = asked(f"{self._name} failed to say whether to train at {self._next:g} s", self._decision, matured)
        return wants

    def refits(self) -> bool:
        """Say whether to start over, at the look last named."""
        if self._refits is None:
            return self.refit_window is not None
        answer = asked(f"{self._name} failed to say whether to refit at {self._next:g} s", self._refits, self._next)
        return bool(answer)

    def _decision(self, matured: Impressions) -> bool:
        wants = self._cadence.wants(matured)
        if not isinstance(wants, bool | np.bool_):
            raise Breach(f"wants is {wants!r}, expected True or False")
        return bool(wants)


def _whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
