"""Examples in order of their items, read several times."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from agents.learners.features import Items
from sim.ports import Examples

Floats = NDArray[np.float64]
Known = tuple[NDArray[np.uint16], NDArray[np.intp], NDArray[np.int8] | None, NDArray[np.int8] | None]
NAMES = ("label", "weight")


class Pieces:
    """Many examples in pieces, each in order of its items.

    What is small is kept from the first reading on: the order, two bytes an example, and labels and weights that are
    whole numbers, a byte each. User features are read again every time.

    Args:
        examples: at least one.
        size: examples of a piece, at most 65,536.
    """

    def __init__(self, examples: Examples, size: int) -> None:
        self._examples, self._size, self._known = examples, size, dict[int, Known]()

    def read(self, every: int) -> Iterator[tuple[Items, Floats, Floats]]:
        """Yield pieces with their labels and weights, ``(r,)``.

        Args:
            every: only one of so many pieces.
        """
        for first in range(0, len(self._examples), every * self._size):
            end = first + self._size
            if first not in self._known:
                part = self._examples.part(first, end)
                items = Items(part.impressions)
                label, weight = part.label[items.order], part.weight[items.order]
                self._known[first] = items.order.astype(np.uint16), items.starts, _small(label), _small(weight)
                yield items, label, weight
                continue
            order, starts, *kept = self._known[first]
            items = Items(self._examples.impressions.part(first, end), (order, starts))
            label, weight = (self._column(name, first, items, own) for name, own in zip(NAMES, kept, strict=True))
            yield items, label, weight

    def _column(self, name: str, first: int, items: Items, kept: NDArray[np.int8] | None) -> Floats:
        if kept is not None:
            return kept.astype(np.float64)
        column: Floats = getattr(self._examples.part(first, first + self._size), name)
        return column[items.order]


def _small(values: Floats) -> NDArray[np.int8] | None:
    """Return numbers in a byte each, None if too large."""
    with np.errstate(invalid="ignore"):
        small = values.astype(np.int8)
    return small if (small == values).all() else None
