"""The input and output of a policy: observations and slates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from sim.draws import uniforms
from sim.ports.catalogue import Catalogue

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Observations:
    """A batch of n requests for one policy version.

    They are in order of (time, user).

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
    _part: tuple[Observations, int] | None = field(default=None, init=False, repr=False)  # row of which batch

    def __len__(self) -> int:
        return len(self.at)

    def uniforms(self) -> Floats:
        """Return a uniform for each request and item, ``(n, m)``.

        The lane of a draw is the item id. The array is read only.
        """
        if self._part is None:
            return self._uniforms
        whole, row = self._part
        return whole._uniforms[row : row + 1]

    @cached_property
    def _uniforms(self) -> Floats:
        draws = uniforms(self.keys, self.catalogue.ids)
        draws.setflags(write=False)
        return draws

    def each(self) -> Iterator[Observations]:
        """Yield each request as a batch of its own."""
        best = repeat(None) if self.best is None else self.best[:, None]
        catalogue, size = self.catalogue, self.size
        columns = (self.at, self.user, self.visit, self.features, self.keys)
        alone = zip(*(column[:, None] for column in columns), best, strict=False)
        for row, (at, user, visit, features, keys, best) in enumerate(alone):
            one = object.__new__(Observations)  # the constructor of a frozen class takes three times as long
            values = {"at": at, "user": user, "visit": visit, "features": features, "keys": keys, "best": best}
            values |= {"catalogue": catalogue, "size": size, "_part": (self, row)}
            object.__setattr__(one, "__dict__", values)
            yield one

    def take(self, rows: slice | Ints) -> Observations:
        """Return some requests, in their order."""
        return replace(
            self,
            at=self.at[rows],
            user=self.user[rows],
            visit=self.visit[rows],
            features=self.features[rows],
            keys=self.keys[rows],
            best=None if self.best is None else self.best[rows],
        )


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
