"""Weighted training examples."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.ports.impressions import Impressions
from sim.reading import Name

Floats = NDArray[np.float64]
_ONE = np.ones(1)
_ONE.setflags(write=False)


class Examples:
    """Weighted training examples, one per row.

    A negative weight takes an earlier row back.

    A refit may be handed tens of millions: `parts` goes through them in little memory, as often as you like, where
    ``label``, ``weight`` and the columns of ``impressions`` are arrays of all rows.

    Args:
        impressions: the impression of each row, r rows (an impression may occur more than once).
        label: ``(r,)`` finite numbers, of the kind that the learner takes (see `LABELS`). None: those of the log, which
            are read when they are asked for.
        weight: ``(r,)``. None: 1.

    Attributes:
        as_known: whether labels are those of the log and all weights 1. False for a subclass, which may have others.
    """

    as_known = False

    def __init__(self, impressions: Impressions, label: Floats | None = None, weight: Floats | None = None) -> None:
        self.impressions = impressions
        if label is None is weight:
            self.as_known = type(self) is Examples
            return
        if label is not None:
            self.label = label
        if weight is not None:
            self.weight = weight

    @cached_property
    def label(self) -> Floats:
        """The labels, ``(r,)``."""
        return np.asarray(self.impressions.label, dtype=np.float64)

    @cached_property
    def weight(self) -> Floats:
        """The weights, ``(r,)``."""
        return _ONE if len(self) == 1 else np.ones(len(self))

    def __len__(self) -> int:
        return len(self.impressions)

    def part(self, start: int, stop: int) -> Examples:
        """Return the examples of a range of rows.

        Columns are read of these rows only.
        """
        rows = self.impressions.part(start, stop)
        return Examples(rows) if self.as_known else Examples(rows, self.label[start:stop], self.weight[start:stop])

    def parts(self, rows: int) -> Iterator[Examples]:
        """Yield all examples in order, part by part."""
        count = len(self)
        if count <= rows:
            yield self
            return
        for start in range(0, count, rows):
            yield self.part(start, start + rows)

    def pieces(self, rows: int) -> Iterator[tuple[Name | None, Examples]]:
        """Yield all examples in order, with names of lasting pieces.

        A piece with a name holds the same examples in every refit, so what was computed of it can be kept. Labels of
        the log are cut at multiples of their places in the log's sequence, which do not move with the window.
        """
        stream, count = self.impressions.stream if self.as_known else None, len(self)
        if stream is None or count <= rows:
            yield from ((None, part) for part in self.parts(rows))
            return
        for start, stop in stream.cuts(count, rows):
            yield stream.range_name(start, stop) if stop - start == rows else None, self.part(start, stop)

    @staticmethod
    def plain(impressions: Impressions, label: Floats | None = None) -> Examples:
        """Return examples of weight 1."""
        return Examples(impressions, label)
