"""The items alive at each of some requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.ports import Catalogue, cross

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_FEW = 8  # requests of a catalogue, up to which they are not worth a call of their own


@dataclass(frozen=True)
class Alive:
    """The m items alive at each of n requests.

    The requests are in order of time.

    Attributes:
        catalogues: the k catalogues that requests meet, in order.
        bounds: k + 1 numbers: catalogue j is that of the requests from bounds[j] up to, not including, bounds[j + 1].
        offset: ``(k, m)`` utility of the items apart from any taste.
        features: ``(n, m, d)`` where each request has a catalogue of its own, else None.
    """

    catalogues: list[Catalogue]
    bounds: list[int]
    offset: Floats
    features: Floats | None = None

    def parts(self) -> Iterator[tuple[slice, Catalogue]]:
        """Yield the requests of each catalogue."""
        for (first, end), catalogue in zip(pairwise(self.bounds), self.catalogues, strict=True):
            yield slice(first, end), catalogue

    @property
    def one(self) -> bool:
        """Whether all requests meet the same catalogue."""
        return len(self.catalogues) == 1

    @property
    def count(self) -> int:
        """How many items are alive at each request."""
        return int(self.offset.shape[1])

    @cached_property
    def _of(self) -> Ints:
        """The number of each request's catalogue, ``(n, 1)``."""
        return np.repeat(np.arange(len(self.catalogues)), np.diff(self.bounds))[:, None]

    @cached_property
    def _ids(self) -> Ints:
        return np.stack([catalogue.ids for catalogue in self.catalogues])

    @property
    def ids(self) -> Ints:
        """The ids alive at each request, ``(n, m)``.

        ``(m,)`` where all requests meet the same catalogue.
        """
        return self.catalogues[0].ids if self.one else np.asarray(self._ids.take(self._of[:, 0], axis=0))

    def ids_at(self, places: Ints) -> Ints:
        """Return the ids ``(n, k)`` at places of each request's catalogue."""
        if self.one:
            return self.catalogues[0].ids.take(places)
        return np.asarray(self._ids.ravel().take(self._of * self._ids.shape[1] + places))

    def scores(self, vectors: Floats) -> Floats:
        """Return the inner products ``(n, m)`` of vectors ``(n, d)`` and features."""
        if self.features is not None:
            if not self.features.shape[2]:
                return np.zeros(self.features.shape[:2])
            return np.asarray(np.matmul(vectors[:, None, :], self.features.transpose(0, 2, 1))[:, 0, :])
        if self.one:
            return cross(vectors, self.catalogues[0].features)
        scores = np.empty((len(vectors), self.offset.shape[1]))
        for rows, catalogue in self.parts():
            scores[rows] = cross(vectors[rows], catalogue.features)
        return scores

    def add_offset(self, scores: Floats) -> None:
        """Add the offset to scores ``(n, m)``, in place."""
        self.add(self.offset, scores)

    def add(self, numbers: Floats, scores: Floats) -> None:
        """Add numbers of the items of each catalogue, ``(k, m)``.

        To scores ``(n, m)``, in place.
        """
        if self.one:
            scores += numbers
        elif len(scores) < _FEW * len(numbers):
            scores += numbers.take(self._of[:, 0], axis=0)
        else:
            for (rows, _), own in zip(self.parts(), numbers, strict=True):
                scores[rows] += own

    def part(self, rows: slice) -> Alive:
        """Return the items alive at requests one after another."""
        first, end, _ = rows.indices(self.bounds[-1])
        if self.one and self.features is None:
            return Alive(self.catalogues, [0, end - first], self.offset)
        met = [n for n, (low, high) in enumerate(pairwise(self.bounds)) if max(low, first) < min(high, end)]
        bounds = [0, *(self.bounds[n + 1] - first for n in met[:-1]), end - first]
        features = None if self.features is None else self.features[first:end]
        own = slice(met[0], met[-1] + 1)
        return Alive(self.catalogues[own], bounds, self.offset[own], features)

    def take_one(self, row: int) -> Alive:
        """Return the items alive at one request."""
        own = 0 if self.one else int(self._of[row, 0])
        features = None if self.features is None else self.features[row : row + 1]
        return Alive([self.catalogues[own]], [0, 1], self.offset[own : own + 1], features)
