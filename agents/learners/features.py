"""Features of (user, item) pairs, shared or per item.

Shared: ``phi = z (x) w`` with z the observed user features (the constant 1 first) and ``w = [1, item features]``. This
model also applies to items never seen. Per item: ``phi = z`` with separate weights for each item, for a fixed catalogue
that is small or whose items have no features.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ports import Catalogue, Examples, Impressions, Space

Floats = NDArray[np.float64]
Places = tuple[NDArray[Any], NDArray[np.intp]]  # an order by item, and where items start in it
MODELS = ("auto", "shared", "per_item")
_FEW_ITEMS = 20
_ROWS_AT_ONCE = 2048
SUMMED_AT_ONCE = 1 << 16  # of `sums`: a piece stays in the CPU cache


def per_item(model: str, space: Space) -> bool:
    """Return whether each item has its own model.

    ``auto`` decides by the catalogue: yes where it is fixed, and small or without item features.
    """
    if model == "per_item" and space.turnover:
        raise ValueError("model is 'per_item', but items retire: use 'shared' or 'auto'")
    few = space.items <= _FEW_ITEMS or space.item_dim == 0
    return model == "per_item" or (model == "auto" and not space.turnover and few)


def checked(model: str) -> str:
    """Return the name of a model if it is valid."""
    if model not in MODELS:
        raise ValueError(f"model is {model!r}, expected one of {', '.join(MODELS)}")
    return model


def with_constant(features: Floats) -> Floats:
    """Return ``[1, features]`` row by row."""
    out = np.ones((len(features), features.shape[1] + 1))
    out[:, 1:] = features
    return out


def interactions(examples: Examples) -> Iterator[tuple[Examples, Floats]]:
    """Yield the shared model's features of examples, part by part.

    A part fits into the CPU cache.

    Yields:
        Some of the examples, and their features, ``(rows, p * (d + 1))``.
    """
    for part in examples.parts(_ROWS_AT_ONCE):
        rows = part.impressions
        w, z = with_constant(rows.item_features), rows.user_features
        yield part, (z[:, :, None] * w[:, None, :]).reshape(len(z), -1)


def sums(part: Examples) -> tuple[Floats, Floats]:
    """Return ``sum w phi phi'`` and ``sum w y phi``.

    These are the sums over `interactions`. As ``phi = z (x) w`` and w depends on the item only, ``z z'`` is summed for
    each item first, which costs ``(d + 1)**2`` times less than ``phi phi'``.

    Returns:
        ``(p * (d + 1), p * (d + 1))`` and ``(p * (d + 1),)``.
    """
    items = Items(part.impressions)
    weight = part.weight[items.order]
    return items.summed(weight, weight * part.label[items.order])


class Items:
    """Impressions in order of their items.

    Args:
        part: examples, at least one.

        places: the order and where items start, if they are known from an earlier reading.

    Attributes:
        order: ``(r,)``, the order by item.
        starts: ``(items,)``, where each item starts in that order.
        z: ``(r, p)`` user features, in that order.
    """

    def __init__(self, rows: Impressions, places: Places | None = None) -> None:
        order, starts = by_item(rows.item) if places is None else places
        self.order, self.starts = order, starts
        self.z = rows.take(self.order).user_features
        self._w = with_constant(rows.take(self.order[self.starts]).item_features)
        self._bounds = list(pairwise([*self.starts.tolist(), len(self.order)]))

    def scores(self, theta: Floats) -> Floats:
        """Return ``theta' phi`` of each row, ``(r,)``, with theta ``(p * (d + 1),)``."""
        by_item = self._w @ theta.reshape(self.z.shape[1], -1).T
        out = np.empty(len(self.z))
        for own, (first, end) in zip(by_item, self._bounds, strict=True):
            np.dot(self.z[first:end], own, out=out[first:end])
        return out

    def summed(self, weight: Floats, gain: Floats) -> tuple[Floats, Floats]:
        """Return ``sum w phi phi'`` and ``sum g phi``.

        Args:
            weight: w, ``(r,)``, in order of items as the next.
            gain: g, ``(r,)``.
        """
        each, p, q, count = weight[:, None], self.z.shape[1], self._w.shape[1], len(self._bounds)
        a, b = np.empty((count, p, p)), np.empty((count, p))
        for n, (first, end) in enumerate(self._bounds):
            z = self.z[first:end]
            np.dot((z * each[first:end]).T, z, out=a[n])
            np.dot(gain[first:end], z, out=b[n])
        of_pairs = (a.reshape(count, -1).T @ squares(self._w)).reshape(p, p, q, q).transpose(0, 2, 1, 3)
        return of_pairs.reshape(p * q, p * q), (b.T @ self._w).ravel()


def squares(z: Floats) -> Floats:
    """Return ``z z'`` of each row, ``(n, p * p)``."""
    return (z.T * z).reshape(1, -1) if len(z) == 1 else (z[:, :, None] * z[:, None, :]).reshape(len(z), -1)


def by_item(item: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the stable order by item, and each item's start."""
    least, most = item.min(), item.max()
    small = item - least if most - least > np.iinfo(np.uint16).max else (item - least).astype(np.uint16)  # radix sort
    order = np.argsort(small, kind="stable")
    ordered = small[order]
    return order, np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))


def one_hot(examples: Examples, items: int) -> Iterator[tuple[Examples, Floats]]:
    """Yield the features of per-item models, part by part.

    Yields:
        Some of the examples, and their features, ``(rows, items * p)``: z at the place of the item shown, else 0.
    """
    for part in examples.parts(_ROWS_AT_ONCE):
        z = part.impressions.user_features
        x = np.zeros((len(z), items, z.shape[1]))
        x[np.arange(len(z)), part.impressions.item] = z
        yield part, x.reshape(len(z), -1)


class Shapes:
    """A cache of what the shared model derives from catalogues.

    It holds while the catalogue is the same object. It saves time and does not change any answer.
    """

    def __init__(self) -> None:
        self._of: Catalogue | None = None
        self._w: Floats | None = None
        self._squares: Floats | None = None

    def save_state(self) -> dict[str, Any]:
        """Return the state without a catalogue."""
        return vars(Shapes())

    def w(self, catalogue: Catalogue) -> Floats:
        """Return ``[1, item features]`` of every item, ``(m, d + 1)``."""
        if catalogue is not self._of or self._w is None:
            self._of, self._w, self._squares = catalogue, with_constant(catalogue.features), None
        return self._w

    def squares(self, catalogue: Catalogue) -> Floats:
        """Return the outer square of ``w`` of every item, ``(m, (d + 1)**2)``."""
        w = self.w(catalogue)
        if self._squares is None:
            self._squares = squares(w)
        return self._squares
