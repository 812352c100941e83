"""Requests that can be computed at once, and their answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, child, uniform
from sim.ports import Catalogue, Observations, Slates, rising
from sim.world.alive import Alive
from sim.world.answer import Answer
from sim.world.judged import Chosen, Judged
from sim.world.users import States

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Judge = Callable[[Alive, Ints, Floats, Floats | None, Floats], Judged]


@dataclass(frozen=True)
class RequestBatch:
    """Requests that can be answered at once.

    No row depends on the answer to another.

    Attributes:
        user: ``(n,)``.
        state: the users' states; ``state.next_at`` is the instant of the request.
        keys: ``(n,)`` keys of (user, visit).
        features: ``(n, p)`` what the policy sees of the users and of the requests.
        context: ``(n, q)`` the last columns of these, which belong to the request.
        policy_keys: ``(n,)`` keys for the policy's own draws.
        size: items to show.
        alive: the items alive at each request.
        taste: ``(n, dim)`` what the users like.
        judge: returns what items are to users (see `Judging.judge`).
        next_visits: clock readings and instants ``(n,)`` of the users' visits after these, where they are known.
    """

    user: Ints
    state: States
    keys: NDArray[np.uint64]
    features: Floats
    context: Floats
    policy_keys: NDArray[np.uint64]
    size: int
    alive: Alive
    taste: Floats
    judge: Judge
    next_visits: tuple[Floats, Floats] | None

    @property
    def at(self) -> Floats:
        """The instants of the requests, ``(n,)`` seconds."""
        return self.state.next_at

    @property
    def visit(self) -> Ints:
        """The numbers of the visits, ``(n,)``."""
        return self.state.visit

    @cached_property
    def parts(self) -> list[tuple[slice, Observations]]:
        """What the policy sees: the requests of each catalogue."""
        return [(rows, self._observed(rows, catalogue)) for rows, catalogue in self.alive.parts()]

    @property
    def observations(self) -> Observations:
        """What the policy sees, where all requests meet one catalogue."""
        ((_, observations),) = self.parts
        return observations

    def _observed(self, rows: slice, catalogue: Catalogue) -> Observations:
        columns = self.at[rows], self.user[rows], self.visit[rows], self.features[rows], self.policy_keys[rows]
        for column in columns:
            column.flags.writeable = False  # the world's own: a policy that writes into them is told so
        at, user, visit, features, keys = columns
        return Observations(at, user, visit, features, catalogue, self.size, keys)

    @cached_property
    def judged(self) -> Judged:
        """What every item alive is to the users."""
        return self._judge(slice(0, len(self.user)))

    def judged_of(self, rows: slice) -> Judged:
        """Return what every item alive is at some requests.

        It is not kept: that of all requests is large.
        """
        return self.judged.rows(rows) if "judged" in vars(self) else self._judge(rows)

    def _judge(self, rows: slice) -> Judged:
        satiation, satisfaction = self.state.satiation[rows], self.state.satisfaction[rows]
        alive = self.alive if rows == slice(0, len(self.user)) else self.alive.part(rows)
        return self.judge(alive, self.user[rows], self.taste[rows], satiation if len(satiation) else None, satisfaction)

    @cached_property
    def random(self) -> Ints:
        """Catalogue position of each request's random item.

        It is uniformly random, and predictions are scored on it.
        """
        count = self.alive.count
        place = (uniform(child(self.keys, int(Stream.RANDOM_ITEM)), 0) * count).astype(np.int64)
        return np.asarray(np.minimum(place, count - 1, out=place))  # a product may be rounded up


@dataclass
class Served:
    """A batch of requests and what they were shown.

    Attributes:
        batch: the requests.
        best: ``(n, size)`` positions in the catalogue of the best slates, None where nobody has asked for them.
        shown: ``(n, size)`` positions in the catalogue of the slates shown.
        slates: the policy's answer, for what it said of itself.
        random: ``(n,)`` outcomes that the policy expects of the random items, None where it does not predict.
        after: the users' states that follow, None while nobody has asked for them.
        chosen: what was shown is to the users, likewise.
    """

    batch: RequestBatch
    best: Ints | None
    shown: Ints
    slates: Slates
    random: Floats | None = None
    after: States | None = None
    chosen: Chosen | None = None


@dataclass(frozen=True)
class Answers:
    """Answered requests in order of (time, user).

    What happened, and the states that follow.

    ``weight`` ``(n,)`` is the factor by which satisfaction stretched the gap that led to the request, ``context``
    ``(n, q)`` what agents saw of it besides its user.
    """

    at: Floats
    user: Ints
    visit: Ints
    weight: Floats
    context: Floats
    after: States
    answer: Answer

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: NDArray[np.intp] | slice) -> Answers:
        """Return some rows."""
        index = np.arange(len(self))[rows] if isinstance(rows, slice) else rows
        own = {f.name: getattr(self, f.name)[rows] for f in fields(Answers)[:5]}
        return Answers(after=self.after.take(index), answer=self.answer.take(rows), **own)


def in_order(at: Floats, user: Ints, visit: Ints | None = None) -> NDArray[np.intp]:
    """Return the order of (time, user, visit).

    Equal times are rare, and one sort is quicker than three.
    """
    order = rising(at)
    sorted_at = at.take(order)
    if (sorted_at[1:] == sorted_at[:-1]).any():
        return np.lexsort((user, at) if visit is None else (visit, user, at))
    return order
