"""Protocols of the parts of an agent.

Any class with these methods will do; no base class is needed.

Learners, corrections and cadences may have a class attribute ``reads``: the names of the columns of impressions that
they read. The log does not store ``propensity`` and ``predicted`` if every part has one and none names them. A cadence
with ``reads = ()`` only counts what matured: with a refit window this is then not put in order. The attribute holds for
the class that states it; a subclass that does not state its own may read everything. It may be a property, where it
depends on what a part is made of (None: everything).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.ports.experience import Examples, Experience
from sim.ports.impressions import Impressions
from sim.ports.observations import Observations, Slates


class Policy(Protocol):
    """A frozen snapshot of a learner that ranks items.

    ``act`` changes no state, and the answer to a request does not depend on the other requests of the batch. A policy
    with a true attribute ``needs_truth`` gets ``Observations.best``.

    Optional: ``predict(observations, items)`` returns the outcome, from 0 to 1, that the policy expects of one item for
    each request, shown at the first position. ``items`` and the result are ``(n,)``, NaN where unknown. It is an
    estimate without any bonus or draw, the same as `Slates.predicted` for items shown. It is only used to score
    predictions (``prediction/random/*``), and like ``act`` it changes no state.

    Optional: ``propensity(observations, items)`` returns the probability of each item at its position, whatever stands
    at the others; ``items``, ids of items alive, and the result are ``(n, size)``. Of the slates that ``act`` shows it
    is `Slates.propensity`. Off-policy evaluation asks for it; without it, it counts draws.
    """

    def act(self, observations: Observations) -> Slates:
        """Return the slates for a batch of requests.

        Plain item ids ``(n, size)`` are accepted in place of `Slates`.
        """


class Learner(Protocol):
    """The part that is trained.

    Optional:

    * ``begin(space)``: called once before the first request with a `Space`.
    * ``predict(impressions)``: the outcome that it expects of impressions by what it has learnt so far, without any
      bonus or draw: float64 ``(r,)``, NaN where unknown. It is what its policy's ``predict`` would say of the item at
      the request. Each row is predicted as it would be alone, and nothing is changed. Corrections get it as `Model`.
      A learner that is its own policy has one method for both, with ``items`` and without.
    * ``labels``: ``"binary"`` (the usual one: it takes 0 and 1), ``"soft"`` (from 0 to 1) or ``"real"`` (any finite
      number). It is refused with a correction that makes others.
    * ``retracts = False``: it cannot take an example back, and gets no negative weights.
    * ``warms = True``: where ``experience.warm``, its refit begins with the weights it has and forgets nothing else
      but what it says. Without it a cadence with ``warm`` is refused.
    * ``fresh()``: a copy for another run, with the same parameters and nothing shared, before `begin`; without it the
      learner is copied by `copy.deepcopy`, which locks, processes and open files do not allow. ``close()``: called once
      at the end of a run on its copy, also if the run fails.
    * ``save_state()``: a dict of plain data, what it has learnt, and ``load_state(state)``, which takes it over into a
      new one with the same parameters; without them `agents.save` saves its attributes.
    * ``incremental()``: an `IncrementalPath` or None. It saves time where each outcome is learnt at once by a
      correction marked `as_matured`, and does not change any answer.
    """

    def train(self, experience: Experience) -> None:
        """Learn from examples; start over first if ``experience.refit``.

        With ``experience.warm``, a refit begins with the former weights.
        """

    def policy(self) -> Policy:
        """Return a snapshot that later training does not change."""


class Model(Protocol):
    """The learner's predictions, as corrections get them."""

    def predict(self, rows: Impressions) -> NDArray[np.float64]:
        """Return the expected outcomes of impressions.

        By the learner as it is before the training that the examples are for; in a refit too, which starts over only
        after it. NaN where the learner knows nothing of an item: a correction needs a rule for these.

        Returns:
            ``(r,)`` without any bonus or draw.

        Raises:
            AgentError: the learner failed, or what it said are not r numbers.
        """


class Correction(Protocol):
    """The part that turns labels into weighted examples.

    Labels may be late or pending. It may keep state between calls.

    Optional:

    * ``begin(space)``: called once before the first request with a `Space`.
    * ``labels``: which labels of the log it can work with, in the same words; ``makes``: which it makes of labels that
      are 0 or 1. Both are ``"binary"`` if not said.
    * ``fresh()`` and ``close()``: as a learner's.
    * ``unbiased = True``: its theory says that each label counts once when all are known, which the contract tests
      then check.
    * ``goes_on = True``: after a refit with ``news.goes_on`` it can go on with what is new.
    * ``needs_truth = True``: while it makes examples it may read ``outcome``, what each impression settles to, known
      or not: a mark of what labels without delay would be worth. Neither the learner nor any other part can.
    """

    @property
    def examples(self) -> Callable[..., Examples]:
        """Return the examples that follow from the news.

        A method ``examples(news)`` or ``examples(news, model)``: which of them is seen once, by its parameters.

        Args:
            news: `News`. If ``news.refit``, earlier news is forgotten first. ``news.age(rows)`` is how long ago
                impressions were served.
            model: `Model`, the learner's predictions; None before its first training, or if it has no ``predict``.
        """


class Cadence(Protocol):
    """The part that decides when training starts.

    Attributes:
        ship: ``"in_place"`` or ``"push"``, unless the agent has its own value.
        refit_window: seconds of impressions to start over from at each training, or None to add what is new.
        feedbacks: train after every so many new outcomes (``next`` and ``wants`` are then not called), or None.

    Optional, with a refit window: ``refits(at)``, whether the training that a check asks for starts over; else it adds
    what is new since the last training. Where triggers merge, one that starts over wins. The correction must have a
    true attribute ``goes_on``. ``warm = True``: refits begin with what the learner knew; it must say that it ``warms``.
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
    """An agent for the platform: learner x correction x cadence.

    Attributes:
        learner: what is trained.
        correction: what makes examples.
        cadence: when training starts.
        ship: ``"in_place"`` (live when trained) or ``"push"``.
    """

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
        """How a version goes live: ``"in_place"`` or ``"push"``."""
