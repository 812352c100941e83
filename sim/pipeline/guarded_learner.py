"""The learner of an agent, every answer checked."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import nullcontext
from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.pipeline.agent_error import Breach, failed
from sim.pipeline.asking import asked, end_if_forked, takes
from sim.pipeline.checked_predictions import checked_predictions
from sim.pipeline.truth import Truth
from sim.ports import AgentParts, Experience, Impressions, IncrementalPath, Policy, Space

Floats = NDArray[np.float64]
ROWS = 1 << 16  # impressions that are predicted together


class GuardedLearner:
    """The learner of an agent.

    Attributes:
        name: of its class.
        count: policies taken so far, which is the number of the version being trained.
        retracts: whether it can take an example back.
        predicts: whether it predicts impressions.
    """

    def __init__(self, agent: AgentParts) -> None:
        self._learner = agent.learner
        self._pushed = agent.ship == "push"
        self.name = type(agent.learner).__name__
        self.retracts = bool(getattr(agent.learner, "retracts", True))
        self.count = 0
        self.predicts = takes(getattr(agent.learner, "predict", None), "impressions")
        self._home = os.getpid()

    def begin(self, space: Space) -> None:
        """Show the learner the space, if it wants that."""
        if begin := getattr(self._learner, "begin", None):
            asked(f"{self.name} failed to begin as version 0 at 0 s", begin, space)

    def incremental(self, at: float) -> IncrementalPath | None:
        """Return the learner's fast path or None.

        It holds from ``at`` seconds on.
        """
        if (offer := getattr(self._learner, "incremental", None)) is None:
            return None
        who = f"{self.name} failed to say how to learn one by one as version {self.count - 1} at {at:g} s"
        path: IncrementalPath | None = asked(who, _checked_path, offer)
        return path

    def train(self, experience: Experience) -> None:
        """Have it learn."""
        try:
            self._learner.train(experience)
        except BaseException as error:
            which = f"version {self.count} at {experience.cutoff:g} s"
            raise failed(f"{self.name} failed while training {which}", error) from error
        end_if_forked(self._home, self.name)

    def model(self, at: float, truth: Truth | None) -> GuardedModel | None:
        """Return what predicts by the learner as it is.

        None before its first training, or if it does not predict.
        """
        if not self.predicts or self.count < 2:
            return None
        who = f"{self.name} failed to predict for version {self.count} at {at:g} s"
        return GuardedModel(self._learner, who, truth)

    def policy(self, at: float) -> Policy:
        """Return the next version's policy as of ``at`` seconds."""
        policy = self.snapshot(self.count, at)
        end_if_forked(self._home, self.name)
        self.count += 1
        return policy

    def snapshot(self, number: int, at: float) -> Policy:
        """Return version ``number``'s policy as of ``at`` seconds.

        A learner that is its own policy is copied for the push.
        """
        try:
            policy: Any = self._learner.policy()
            if not callable(getattr(policy, "act", None)):
                raise Breach(f"{type(policy).__name__} is no policy, it has no method act()")
            if policy is self._learner:
                policy = self._as_policy()
        except BaseException as error:
            which = f"policy {number} at {at:g} s"
            raise failed(f"{self.name} failed to give {which}", error) from error
        return policy  # type: ignore[no-any-return]

    def _as_policy(self) -> Any:
        """Return the learner itself; a copy for a push."""
        predict = getattr(self._learner, "predict", None)
        if self.predicts and not takes(predict, "observations", "items"):
            raise Breach("a learner that is its own policy is asked predict(observations, items) too")
        return deepcopy(self._learner) if self._pushed else self._learner  # it would learn before its push is over


class GuardedModel:
    """The predictions of a learner, checked.

    Args:
        learner: whose; it has ``predict``.
        who: who failed to do what, if it fails.
        truth: what its correction is told, if it is: the learner must not be.
    """

    def __init__(self, learner: Any, who: str, truth: Truth | None) -> None:
        self._learner, self._who = learner, who
        self._truth = truth

    def predict(self, rows: Impressions) -> Floats:
        """Return the expected outcomes of impressions.

        ``(r,)``, NaN where unknown.
        """
        count = len(rows)
        if count <= ROWS:
            return self._part(rows)
        return np.concatenate([self._part(rows.part(start, start + ROWS)) for start in range(0, count, ROWS)])

    def _part(self, rows: Impressions) -> Floats:
        try:
            with nullcontext() if self._truth is None else self._truth.being(told=False):
                said = self._learner.predict(rows)
            return checked_predictions(said, "r", len(rows))
        except BaseException as error:
            raise failed(self._who, error) from error


def _checked_path(offer: Callable[[], Any]) -> Any:
    path = offer()
    for method in ("act_one", "learn_one") if path is not None else ():
        if not callable(getattr(path, method, None)):
            raise Breach(f"{type(path).__name__} has no method {method}()")
    return path
