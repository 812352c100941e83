"""Batches of requests that are cut into parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import repeat
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sim.draws import uniforms

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Requests:
    """A batch of requests, as columns.

    A subclass is a frozen dataclass with the columns below, and gives them their meaning.
    """

    at: Floats
    user: Ints
    visit: Ints
    features: Floats
    catalogue: Any
    size: int
    keys: NDArray[np.uint64]
    best: Ints | None
    _part: tuple[Requests, int] | None = None  # of which batch it is one request, and its row there

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

    def each(self) -> Iterator[Self]:
        """Yield each request as a batch of its own."""
        best = repeat(None) if self.best is None else self.best[:, None]
        kind, catalogue, size = type(self), self.catalogue, self.size
        columns = (self.at, self.user, self.visit, self.features, self.keys)
        alone = zip(*(column[:, None] for column in columns), best, strict=False)
        for row, (at, user, visit, features, keys, best) in enumerate(alone):
            one = object.__new__(kind)  # the constructor of a frozen class takes three times as long
            values = {"at": at, "user": user, "visit": visit, "features": features, "keys": keys, "best": best}
            values |= {"catalogue": catalogue, "size": size, "_part": (self, row)}
            object.__setattr__(one, "__dict__", values)
            yield one

    def take(self, rows: slice | Ints) -> Self:
        """Return some requests, in their order."""
        columns = {name: getattr(self, name)[rows] for name in ("at", "user", "visit", "features", "keys")}
        return replace(self, **columns, best=None if self.best is None else self.best[rows])  # type: ignore[type-var]
