"""The parts of an agent, as protocols: any class with these methods will do, no base class needed.

Learners, corrections and cadences may have a class attribute ``reads``: the names of the columns of impressions that
they read. The log does not store ``propensity`` and ``predicted`` if every part has one and none names them. A cadence
with ``reads = ()`` only counts what matured: with a refit window this is then not put in order. The attribute holds for
the class that states it; a subclass that does not state its own may read everything.
"""

from __future__ import annotations

from typing import Protocol

from sim.ports.experience import Examples, Experience, News
from sim.ports.impressions import Impressions
from sim.ports.observations import Observations, Slates


class Policy(Protocol):
    """A frozen snapshot that ranks. ``act`` changes nothing, and answers each request as it would alone.

    A policy with a true attribute ``needs_truth`` is handed ``Observations.best``.

    Optional: ``predict(observations, items)``: the outcome, from 0 to 1, that the policy expects of one item for each
    request, shown at the first position; ``items`` and what is returned are ``(n,)``, NaN where it does not know. It
    is an estimate without any bonus or draw, the same that `Slates.predicted` has for items shown. It is asked to
    score predictions (``prediction/random/*``) and for nothing else, and like ``act`` it changes nothing.
    """

    def act(self, observations: Observations) -> Slates:
        """Answer a batch of requests; bare item ids ``(n, size)`` are accepted for `Slates`."""


class Learner(Protocol):
    """What is trained.

    Optional: ``begin(space)``, called once before the first request with a `Space`;
    ``retracts = False`` on a learner that cannot take an example back (it is then never sent a
    negative weight); and ``one_by_one()``, which returns a `OneByOne` or None: it spares time where each
    feedback is learnt at once, and has no say in any answer.
    """

    def train(self, experience: Experience) -> None:
        """Learn from what the log has; start over first if ``experience.refit``."""

    def policy(self) -> Policy:
        """Return a snapshot that later training does not change."""


class Correction(Protocol):
    """How pending and late labels become weighted examples. May keep state between calls.

    Optional: ``unbiased = True`` where each label counts once when all are known, which the contract tests then check.
    """

    def examples(self, news: News) -> Examples:
        """Return the rows that follow from the news; forget earlier news first if ``news.refit``."""


class Cadence(Protocol):
    """When training starts.

    Attributes:
        ship: ``"in_place"`` or ``"push"``, unless the agent says otherwise.
        refit_window: seconds of impressions to start over from at each training, or None to add
            what is new.
        feedbacks: train each time the log has learnt this many more outcomes (``next`` and ``wants`` are then
            not asked), or None.
    """

    ship: str
    refit_window: float | None
    feedbacks: int | None

    def next(self, after: float) -> float:
        """Return the first scheduled instant to look strictly after ``after``; infinite for never."""

    def wants(self, matured: Impressions) -> bool:
        """Say at a scheduled look, given what matured since the last look, whether to train."""


class AgentParts(Protocol):
    """An agent as the platform runs it: learner x correction x cadence.

    Optional: ``one_by_one()``, which returns the learner's `OneByOne` where the agent is updated in place at each
    feedback by what matured as it is, else None.

    Attributes:
        learner: what is trained.
        correction: what makes examples.
        cadence: when.
        ship: ``"in_place"`` (live when trained) or ``"push"``.
    """

    @property
    def learner(self) -> Learner:
        """What is trained."""

    @property
    def cadence(self) -> Cadence:
        """When."""

    @property
    def ship(self) -> str | None:
        """How a version goes live."""

    def examples(self, news: News) -> Examples:
        """Return the correction's examples, less those that the learner cannot use."""
