"""Protocols of the parts of an agent.

Any class with these methods will do; no base class is needed. What a part may have besides is in `sim.ports.optional`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sim.ports.experience import Examples, Experience
from sim.ports.impressions import Impressions
from sim.ports.observations import Observations, Slates


class Policy(Protocol):
    """A frozen snapshot of a learner that ranks items.

    ``act`` changes no state, and the answer to a request does not depend on the other requests of the batch.
    """

    def act(self, observations: Observations) -> Slates:
        """Return the slates for a batch of requests.

        Plain item ids ``(n, size)`` are accepted in place of `Slates`.
        """


class Learner(Protocol):
    """The part that is trained."""

    def train(self, experience: Experience) -> None:
        """Learn from examples; start over first if ``experience.refit``.

        With ``experience.warm``, a refit begins with the former weights.
        """

    def policy(self) -> Policy:
        """Return a snapshot that later training does not change."""


class Correction(Protocol):
    """The part that turns labels into weighted examples.

    Labels may be late or pending. It may keep state between calls.
    """

    @property
    def examples(self) -> Callable[..., Examples]:
        """Return the examples that follow from the news.

        A method ``examples(news)`` or ``examples(news, model)``: which of them is seen once, by its parameters.

        Args:
            news: `News`. If ``news.refit``, earlier news is forgotten first. ``news.age(rows)`` is how long ago
                impressions were served.
            model: `sim.ports.Model`, the learner's predictions; None before its first training, or if it has no
                ``predict``.
        """


class Cadence(Protocol):
    """The part that decides when training starts.

    Attributes:
        ship: ``"in_place"`` or ``"push"``, unless the agent has its own value.
        refit_window: seconds of impressions to start over from at each training, or None to add what is new.
        feedbacks: train after every so many new outcomes (``next`` and ``wants`` are then not called), or None.
    """

    ship: str
    refit_window: float | None
    feedbacks: int | None

    def next(self, after: float) -> float:
        """Return the first check after ``after``, seconds; inf for never."""

    def wants(self, matured: Impressions) -> bool:
        """Return whether to train at a check.

        Args:
            matured: impressions whose outcome became known since the last check.
        """


class AgentParts(Protocol):
    """An agent for the platform: learner x correction x cadence."""

    @property
    def learner(self) -> Learner:
        """The part that is trained."""

    @property
    def correction(self) -> Correction:
        """What makes examples."""

    @property
    def cadence(self) -> Cadence:
        """The part that decides when training starts."""

    @property
    def ship(self) -> str | None:
        """How a version goes live: ``"in_place"`` (when trained) or ``"push"``."""
