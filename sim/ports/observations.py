"""The input and output of a policy: observations and slates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.reading import ItemsInOrder, Requests

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Catalogue(ItemsInOrder):
    """The items alive at an instant.

    ``positions(items)`` gives the rows of items by their ids, ``place`` that of each.

    Attributes:
        ids: ``(m,)`` ascending.
        features: ``(m, d)``.
        born_at: ``(m,)`` instants in seconds at which each came, ascending; negative for what was there at the start,
            where items live for a time. An item's age at a request is ``at - born_at``.
    """

    ids: Ints
    features: Floats
    born_at: Floats


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
