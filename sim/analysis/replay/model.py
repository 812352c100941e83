"""Result of a replay, as plain data.

Times are seconds since the scenario began; unknown values are None.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Visit:
    """A request of a user, as in the trace."""

    visit: int
    request_at: float
    version: int
    expected_reward: float
    regret: float
    reward: float


@dataclass(frozen=True)
class Underway:
    """A version newer than the serving one.

    ``trained_at`` is None while it is being trained, ``live_at`` until it is live for anybody.
    """

    version: int
    cutoff_at: float
    trained_at: float | None
    live_at: float | None


@dataclass(frozen=True)
class Serving:
    """The version that answered.

    Attributes:
        version: its number.
        cutoff_at: the instant up to which it has read the log.
        trained_at: when its training ended.
        live_at: when it began to serve.
        data_age: request less cutoff.
        model_age: request less ``live_at``.
        examples: matured log entries that it has read.
        underway: newer versions in training, being pushed, or live for other users only.
    """

    version: int
    cutoff_at: float
    trained_at: float | None
    live_at: float | None
    data_age: float
    model_age: float | None
    examples: int
    underway: tuple[Underway, ...]


@dataclass(frozen=True)
class Person:
    """The user at the request.

    Attributes:
        features: what the agent sees, the constant 1 first.
        taste: norm of the latent taste. Hidden from the agent, like all below.
        moved: norm of its change since the serving version's cutoff.
        satiation: norm of the satiation vector.
        satisfaction: -1 to 1.
    """

    features: tuple[float, ...]
    taste: float
    moved: float
    satiation: float
    satisfaction: float


@dataclass(frozen=True)
class Shown:
    """One impression.

    Attributes:
        position: from 0.
        item: its id.
        predicted: outcome that the policy expected, if it said so.
        propensity: of the item at its position, if known.
        attraction: true click probability of the item alone. Hidden from the agent, like the next two.
        rank: among all items alive by true worth (attraction, times the conversion rate where that counts); 1 is best.
        popularity: the item's excess over the common click rate, in log odds; None for plain arms.
        outcome: whether the event happens.
        feedback_at: when it happens.
        delivered_at: when the log has the positive or the closing; None: not by the horizon.
        status: as in the trace.
    """

    position: int
    item: int
    predicted: float | None
    propensity: float | None
    attraction: float
    rank: int
    popularity: float | None
    outcome: bool
    feedback_at: float | None
    delivered_at: float | None
    status: str


@dataclass(frozen=True)
class Labels:
    """Earlier impressions, counted by whether their label was known.

    Attributes:
        read: known by the serving version's cutoff.
        unread: in the log at the request, but later than the cutoff.
        pending: not in the log at the request.
    """

    read: int
    unread: int
    pending: int


@dataclass(frozen=True)
class Option:
    """A slate and its expected reward, given the latent state."""

    items: tuple[int, ...]
    expected_reward: float


@dataclass(frozen=True)
class Disturbance:
    """An incident of the world, from ``at`` to ``ends``."""

    kind: str
    at: float
    ends: float


@dataclass(frozen=True)
class Replay:
    """One request, explained.

    Attributes:
        request_at: when.
        user: who.
        visit: number of the user's visit, from 0.
        serving: the version that answered.
        person: the user.
        slate: what was shown, first position first.
        labels_of_user: of this user's earlier impressions.
        labels_of_items: of all users' earlier impressions of the items shown.
        shown: the slate shown.
        freshest: the slate of the same learner and correction trained on everything in the log at the request.
        best: the slate of the oracle.
        incidents: those that held at some instant from the serving version's cutoff to the request.
    """

    request_at: float
    user: int
    visit: int
    serving: Serving
    person: Person
    slate: tuple[Shown, ...]
    labels_of_user: Labels
    labels_of_items: Labels
    shown: Option
    freshest: Option
    best: Option
    incidents: tuple[Disturbance, ...] = ()

    @property
    def regret(self) -> float:
        """Expected reward of the best slate less that shown.

        It is the sum of the two below.
        """
        return self.best.expected_reward - self.shown.expected_reward

    @property
    def staleness(self) -> float:
        """Regret that training and pushing at once would avoid.

        Expected reward of the freshest slate less that of the one shown.
        """
        return self.freshest.expected_reward - self.shown.expected_reward

    @property
    def learning(self) -> float:
        """Regret of the freshest slate: best less freshest."""
        return self.best.expected_reward - self.freshest.expected_reward

    def plain(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        parts = {name: getattr(self, name) for name in ("regret", "staleness", "learning")}
        return asdict(self) | parts
