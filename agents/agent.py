"""Agents: learner, correction, cadence, and how a version ships."""

from __future__ import annotations

import inspect
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from agents.budget import check_budget
from agents.cadences.never import Never
from agents.cadences.online import Online
from agents.corrections.no_correction import NoCorrection
from agents.corrections.wait import Wait
from agents.describe import describe
from agents.described import spelt
from agents.going_on import check_goes_on, refits_and_adds
from agents.labels import check_labels, corrections_taking, learners_taking
from agents.shelves import METHODS
from agents.taking_back import leaves_reversals, takes_nothing_back
from agents.warm import check_warm
from sim.ports import Cadence, Correction, Learner, close_part, fresh_copy

_CADENCE_ATTRIBUTES = ("refit_window", "feedbacks")  # besides ``ship``
_SHIPS = ("in_place", "push")


@dataclass(frozen=True, repr=False)
class Agent:
    """Learner x correction x cadence.

    Args:
        learner: what is trained.
        correction: how pending and late labels become weighted examples.
        cadence: when training starts.
        ship: ``"in_place"`` (live when trained), ``"push"``, or None for the cadence's default.

    Raises:
        TypeError: a part is a class instead of an object, or lacks a method or an attribute.
        ValueError: an unknown ``ship``, the correction makes labels that the learner does not take, or it does not go
            on after refits where the cadence has it, refits are to be warm and the learner's cannot,
            or they have a budget that the correction does not allow.

    >>> from agents import Agent, LinUCB, Wait, Every
    >>> Agent(LinUCB(alpha=0.5), correction=Wait(), cadence=Every("1h")).ship
    'push'
    """

    learner: Learner
    correction: Correction = field(default_factory=Wait)
    cadence: Cadence = field(default_factory=Online)
    ship: str | None = None

    def __post_init__(self) -> None:
        for part, methods in METHODS.items():
            _check(part, getattr(self, part), methods)
        for name in _CADENCE_ATTRIBUTES if self.ship else ("ship", *_CADENCE_ATTRIBUTES):
            if not hasattr(self.cadence, name):
                raise TypeError(f"{type(self.cadence).__name__} is no cadence: it has no attribute {name}")
        if self.ship is None:
            object.__setattr__(self, "ship", self.cadence.ship)
        if self.ship not in _SHIPS:
            raise ValueError(f"ship is {self.ship!r}, expected in_place or push")
        check_labels(self.learner, self.correction)
        check_goes_on(self.correction, self.cadence)
        check_warm(self.learner, self.cadence)
        check_budget(self.correction, self.cadence)

    def __repr__(self) -> str:
        parts = ", ".join(spelt(getattr(self, name)) for name in METHODS)
        return f"Agent({parts}, ship={self.ship!r})"

    @staticmethod
    def of(thing: Any) -> Agent:
        """Return an agent, made from a learner where needed.

        A learner is any object with ``train`` and ``policy``. If it has attributes ``correction``, ``cadence`` or
        ``ship``, the agent uses them.
        """
        if isinstance(thing, Agent):
            return thing
        own = {
            name: part for name in ("correction", "cadence", "ship") if (part := getattr(thing, name, None)) is not None
        }
        return Agent(thing, **own)

    def fresh(self) -> Agent:
        """Return a copy that shares no state, for one replication.

        Learner and correction are copied by their ``fresh()``, if they have one. If one of them fails, what was copied
        before is closed.
        """
        with ExitStack() as copies:
            learner = fresh_copy(self.learner)
            copies.callback(close_part, learner)
            correction = fresh_copy(self.correction)
            copies.callback(close_part, correction)
            agent = replace(self, learner=learner, correction=correction, cadence=deepcopy(self.cadence))
            copies.pop_all()
        return agent

    @staticmethod
    def learners_taking(labels: str) -> list[str]:
        """Return the names of learners that take some labels."""
        return learners_taking(labels)

    @staticmethod
    def corrections_taking(labels: str) -> list[str]:
        """Return the names of corrections that work with some labels."""
        return corrections_taking(labels)

    def warnings(self, *, reversals: bool = False) -> list[str]:
        """Return the known biases of this combination, one line each.

        Args:
            reversals: whether the world takes positives back.

        >>> from agents import Agent, LogisticRanker, NoCorrection
        >>> Agent(LogisticRanker(), NoCorrection()).warnings()[0][:59]
        'LogisticRanker takes nothing back: under NoCorrection each '
        """
        adds = self.cadence.refit_window is None and not isinstance(self.cadence, Never)
        if not (adds or refits_and_adds(self.cadence)):
            return []
        lines = []
        if not getattr(self.learner, "retracts", True) and isinstance(self.correction, NoCorrection):
            lines.append(takes_nothing_back(self.learner, self.correction))
        if reversals and not getattr(self.correction, "reverses", False):
            lines.append(leaves_reversals(self.correction))
        return lines

    def describe(self) -> dict[str, Any]:
        """Return class and parameters of every part as plain data.

        Equal agents give equal data.
        """
        parts: dict[str, Any] = {name: describe(getattr(self, name)) for name in METHODS}
        return parts | {"ship": self.ship}


def _check(name: str, part: Any, methods: tuple[str, ...]) -> None:
    if inspect.isclass(part):
        raise TypeError(f"{part.__name__} is a class, expected an object such as {part.__name__}()")
    for method in methods:
        if not callable(getattr(part, method, None)):
            raise TypeError(f"{type(part).__name__} is no {name}: it has no method {method}()")
