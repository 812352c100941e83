"""Optional methods and attributes of the parts of agents.

The protocols that every part follows are in `sim.ports.agent`. A part has whichever of these it needs.

Learners, corrections and cadences may have a class attribute ``reads``: the names of the columns of impressions that
they read. The log does not store ``propensity`` and ``predicted`` if every part has one and none names them. A cadence
with ``reads = ()`` only counts what matured: with a refit window this is then not put in order. The attribute holds for
the class that states it; a subclass that does not state its own may read everything. It may be a property, where it
depends on what a part is made of (None: everything).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.ports.impressions import Impressions
from sim.ports.observations import Observations
from sim.ports.optional.incremental import IncrementalPath
from sim.ports.optional.space import Space


class OfPolicy(Protocol):
    """Further methods of a policy, which change no state either."""

    needs_truth: ClassVar[bool]  # True: it gets `Observations.best`

    def predict(self, observations: Observations, items: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the outcome expected of one item each.

        From 0 to 1, shown at the first position, without any bonus or draw: the same as `Slates.predicted` for items
        shown. It is only used to score predictions (``prediction/random/*``).

        Args:
            observations: n requests.
            items: ``(n,)``.

        Returns:
            ``(n,)``, NaN where unknown.
        """

    def propensity(self, observations: Observations, items: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the probability of each item at its position.

        Whatever stands at the others. Of the slates that ``act`` shows it is `Slates.propensity`. Off-policy evaluation
        asks for it; without it, it counts draws.

        Args:
            observations: n requests.
            items: ``(n, size)`` ids of items alive.

        Returns:
            ``(n, size)``.
        """


class OfEveryPart(Protocol):
    """Further methods of learners and corrections."""

    def begin(self, space: Space) -> None:
        """Get ready; called once before the first request."""

    def fresh(self) -> Any:
        """Return a copy for another run, before `begin`.

        It has the same parameters, and nothing shared. Without it a part is copied by `copy.deepcopy`, which locks,
        processes and open files do not allow.
        """

    def close(self) -> None:
        """Release what it holds.

        Called once at the end of a run on its copy, also if the run fails.
        """


class OfLearner(OfEveryPart, Protocol):
    """Further methods and attributes of a learner."""

    labels: ClassVar[str]
    """``"binary"`` (the usual one: it takes 0 and 1), ``"soft"`` (from 0 to 1) or ``"real"`` (any finite number). It is
    refused with a correction that makes others."""

    retracts: ClassVar[bool]
    """False: it cannot take an example back, and gets no negative weights."""

    warms: ClassVar[bool]
    """True: where ``experience.warm``, its refit begins with the weights it has, and forgets nothing else but what it
    says. Without it a cadence with ``warm`` is refused."""

    def predict(self, impressions: Impressions) -> NDArray[np.float64]:
        """Return the outcome expected of impressions, ``(r,)``.

        By what it has learnt so far, without any bonus or draw, NaN where unknown: what its policy's ``predict`` would
        say of the item at the request. Each row is predicted as it would be alone, and nothing is changed. Corrections
        get it as `Model`. A learner that is its own policy has one method for both, with ``items`` and without.
        """

    def save_state(self) -> dict[str, Any]:
        """Return what it has learnt as plain data.

        Without it `agents.save` saves its attributes.
        """

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Take over what another with the same parameters has learnt."""

    def incremental(self) -> IncrementalPath | None:
        """Return a fast path, which does not change any answer.

        It saves time where each outcome is learnt at once by a correction marked `as_matured`.
        """


class OfCorrection(OfEveryPart, Protocol):
    """Further attributes of a correction."""

    labels: ClassVar[str]
    """Which labels of the log it can work with, in the words of learners. ``"binary"`` if not said."""

    makes: ClassVar[str]
    """Which labels it makes of those that are 0 or 1. ``"binary"`` if not said."""

    unbiased: ClassVar[bool]
    """True: its theory says that each label counts once when all are known, which the contract tests then check."""

    reverses: ClassVar[bool]
    """True: where training adds what is new, it takes back what is in `News.reversed`, or has no need to. A world with
    reversals warns of others."""

    newest_last: ClassVar[bool]
    """True: of a refit it makes one row an impression, in the order in which they became examples. Only such
    corrections go with a budget."""

    goes_on: ClassVar[bool]
    """True: after a refit with ``news.goes_on`` it can go on with what is new."""

    needs_truth: ClassVar[bool]
    """True: while it makes examples it may read ``outcome``, what each impression settles to, known or not: a mark of
    what labels without delay would be worth. Neither the learner nor any other part can."""


class OfCadence(Protocol):
    """Further members of a cadence with a refit window."""

    warm: bool
    """True: refits begin with what the learner knew; it must say that it ``warms``."""

    budget: str | None
    """Such as ``"20000 per day"``: how many examples its refits are handed at most, in all up to an instant, the newest
    of their window; the correction must have ``newest_last``."""

    def refits(self, at: float) -> bool:
        """Return whether a check's training starts over.

        Else it adds what is new since the last training. Where triggers merge, one that starts over wins. The
        correction must have a true attribute ``goes_on``.
        """
