"""The platform's calls of the agent, with every answer checked.

An error names what failed.

An unchecked NaN, a row too few or a clock that stands still would become a number that looks like any other.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable
from copy import deepcopy
from typing import Any, Protocol

import numpy as np

from sim.laws.instants import SHORTEST, microseconds
from sim.pipeline.agent_error import Breach, failed
from sim.pipeline.checked_examples import checked, without_negatives
from sim.ports import AgentParts, Examples, Experience, Impressions, IncrementalPath, News, Policy, Space
from sim.ports.impressions import SPARED


class AgentSpec(Protocol):
    """An agent's specification; every replication runs a fresh copy."""

    def fresh(self) -> AgentParts:
        """Return a copy that shares no state."""


def end_if_forked(home: int, who: str) -> None:
    """End this process if an agent's code forked it.

    It is then not the one that began, and came back from the agent's code.

    Two processes would go on with the same run and write the same files.

    Args:
        home: the process that began.
        who: which part came back.
    """
    if os.getpid() != home:
        line = f"{who}: a process that it forked came back from its code and was ended; os._exit ends one in time\n"
        os.write(sys.stderr.fileno(), line.encode(errors="backslashreplace"))
        os._exit(1)


def _asked(who: str, ask: Callable[..., Any], *about: Any) -> Any:
    """Return an agent's answer.

    An error says with ``who`` who failed to do what, and when.
    """
    try:
        return ask(*about)
    except BaseException as error:
        raise failed(who, error) from error


def _reads(part: Any) -> tuple[str, ...] | None:
    """Return the columns that a part's class reads.

    A class made of it may read more, and declares that too.
    """
    return vars(type(part)).get("reads")  # type: ignore[no-any-return]


def copy_of(agent: AgentSpec, replication: int) -> AgentParts:
    """Return a fresh copy of an agent, for one replication."""
    name = type(getattr(agent, "learner", agent)).__name__
    parts: AgentParts = _asked(f"{name} failed to be copied for replication {replication}", agent.fresh)
    return parts


class Guarded:
    """An agent whose every answer is checked.

    Args:
        agent: a fresh one; its state changes.

    Attributes:
        learner: what is trained.
        cadence: when.
        ship: how a version goes live.
        unread: columns of impressions that no part of it reads.
    """

    def __init__(self, agent: AgentParts) -> None:
        self.ship = agent.ship
        told = [_reads(part) for part in (agent.learner, agent.correction, agent.cadence)]
        self.unread = frozenset(SPARED if None not in told else ()).difference(*filter(None, told))
        self.learner = GuardedLearner(agent)
        self.cadence = GuardedCadence(agent)
        self._correction = agent.correction

    @property
    def as_matured(self) -> bool:
        """Whether the correction's examples are the matured entries, unchanged.

        See `sim.ports.as_matured`.
        """
        return bool(getattr(self._correction.examples, "as_matured", False))

    def examples(self, news: News) -> Examples:
        """Return the correction's examples that the learner can process.

        Without those that take something back, if the learner cannot.

        There is one label and one weight for each impression, as float64.
        """
        try:
            examples = checked(self._correction.examples(news))
        except BaseException as error:
            which = f"version {self.learner.count} at {news.cutoff:g} s"
            raise failed(f"{type(self._correction).__name__} failed to make examples for {which}", error) from error
        return examples if self.learner.retracts else without_negatives(examples)


class GuardedLearner:
    """The learner of an agent.

    Attributes:
        name: of its class.
        count: policies taken so far, which is the number of the version being trained.
        retracts: whether it can take an example back.
    """

    def __init__(self, agent: AgentParts) -> None:
        self._learner = agent.learner
        self._pushed = agent.ship == "push"
        self.name = type(agent.learner).__name__
        self.retracts = bool(getattr(agent.learner, "retracts", True))
        self.count = 0
        self._home = os.getpid()

    def begin(self, space: Space) -> None:
        """Show the learner the space, if it wants that."""
        if begin := getattr(self._learner, "begin", None):
            _asked(f"{self.name} failed to begin as version 0 at 0 s", begin, space)

    def incremental(self, at: float) -> IncrementalPath | None:
        """Return the learner's fast path or None.

        It holds from ``at`` seconds on.
        """
        if (offer := getattr(self._learner, "incremental", None)) is None:
            return None
        who = f"{self.name} failed to say how to learn one by one as version {self.count - 1} at {at:g} s"
        path: IncrementalPath | None = _asked(who, _checked_path, offer)
        return path

    def train(self, experience: Experience) -> None:
        """Have it learn."""
        try:
            self._learner.train(experience)
        except BaseException as error:
            which = f"version {self.count} at {experience.cutoff:g} s"
            raise failed(f"{self.name} failed while training {which}", error) from error
        end_if_forked(self._home, self.name)

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
            if policy is self._learner and self._pushed:  # it would learn before its push is over
                policy = deepcopy(policy)
        except BaseException as error:
            which = f"policy {number} at {at:g} s"
            raise failed(f"{self.name} failed to give {which}", error) from error
        return policy  # type: ignore[no-any-return]


class GuardedCadence:
    """The cadence of an agent.

    Attributes:
        refit_window: seconds, or None; asked once.
        feedbacks: a whole number >= 1, or None; asked once.
        only_counts: whether it reads nothing of what matured but how much that is.
    """

    def __init__(self, agent: AgentParts) -> None:
        self._cadence = agent.cadence
        self.only_counts = _reads(agent.cadence) == ()
        self._name = type(agent.cadence).__name__
        self._after, self._next = -math.inf, 0.0
        self.feedbacks, self.refit_window = agent.cadence.feedbacks, agent.cadence.refit_window
        _asked(f"{self._name} failed to begin at 0 s", self._check)

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
            self._after, self._next = after, _asked(who, self._following, after)
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
        wants: bool = _asked(
            f"{self._name} failed to say whether to train at {self._next:g} s", self._decision, matured
        )
        return wants

    def _decision(self, matured: Impressions) -> bool:
        wants = self._cadence.wants(matured)
        if not isinstance(wants, bool | np.bool_):
            raise Breach(f"wants is {wants!r}, expected True or False")
        return bool(wants)


def _checked_path(offer: Callable[[], Any]) -> Any:
    path = offer()
    for method in ("act_one", "learn_one") if path is not None else ():
        if not callable(getattr(path, method, None)):
            raise Breach(f"{type(path).__name__} has no method {method}()")
    return path


def _whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
