"""The input and output of a policy: observations and slates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.reading import Requests

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Catalogue:
    """The items alive at an instant.

    Attributes:
        ids: ``(m,)`` ascending.
        features: ``(m, d)``.
        born_at: ``(m,)`` instants in seconds at which each came, ascending; negative for what was there at the start,
            where items live for a time. An item's age at a request is ``at - born_at``.
    """

    ids: Ints
    features: Floats
    born_at: Floats

    def __post_init__(self) -> None:
        """Make the arrays read only: all requests share them."""
        for column in (self.ids, self.features, self.born_at):
            column.flags.writeable = False

    @cached_property
    def place(self) -> dict[int, int]:
        """The position of each item, by item id."""
        return {item: position for position, item in enumerate(self.ids.tolist())}

    def positions(self, items: Ints) -> Ints:
        """Return the positions of items alive, ``(n,)``."""
        first = self.ids.item(0)
        together = self.ids.item(-1) - first == len(self.ids) - 1
        return np.asarray(items - first if together else self.ids.searchsorted(items))


@dataclass(frozen=True)
class Observations(Requests):
    """A batch of n requests for one policy version.

    They are in order of (time, user). ``uniforms()`` gives ``(n, m)`` uniforms, one for each request and item;
    ``each()`` yields each request as a batch of its own, ``take(rows)`` some of them.

    Attributes:
        at: ``(n,)`` instants in seconds.
        user: ``(n,)`` user numbers.
        visit: ``(n,)`` number of the visit of this user, from 0.
        features: ``(n, p)`` observed user features, the first is the constant 1, then those of the request.
        catalogue: the items alive, the same for the whole batch.
        size: items to show.
        keys: ``(n,)`` keys for the policy's own draws: ``uniform(keys, lane)`` (lane = item id, see `uniforms`).
        best: ``(n, size)`` the truly best slates, only for a policy with ``needs_truth``, else None.
    """

    at: Floats
    user: Ints
    visit: Ints
    features: Floats
    catalogue: Catalogue
    size: int
    keys: NDArray[np.uint64]
    best: Ints | None = None


@dataclass
class Slates:
    """A policy's answer.

    Attributes:
        items: ``(n, size)`` ids of items alive, no item twice in one slate, first position first.
        propensity: ``(n, size)`` probability of that item at that position, or None where unknown.
        predicted: ``(n, size)`` expected outcome of each impression as shown, without any bonus or draw,
            NaN where unknown; or None.
    """

    items: Ints
    propensity: Floats | None = None
    predicted: Floats | None = None
