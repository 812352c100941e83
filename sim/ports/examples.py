"""Weighted training examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.ports.impressions import Impressions
from sim.reading import Name

Floats = NDArray[np.float64]
_ONE = np.ones(1)
_ONE.setflags(write=False)


@dataclass
class Examples:
    """Weighted training examples, one per row.

    A negative weight takes an earlier row back.

    A refit may be handed tens of millions: `parts` goes through them in little memory, as often as you like, where
    ``label``, ``weight`` and the columns of ``impressions`` are arrays of all rows.

    Attributes:
        impressions: the impression of each row, r rows (an impression may occur more than once).
        label: ``(r,)`` finite numbers, of the kind that the learner takes (see `LABELS`).
        weight: ``(r,)``.
    """

    impressions: Impressions
    label: Floats
    weight: Floats

    def __len__(self) -> int:
        return len(self.impressions)

    def part(self, start: int, stop: int) -> Examples:
        """Return the examples of a range of rows.

        Columns are read of these rows only.
        """
        return Examples(self.impressions.part(start, stop), self.label[start:stop], self.weight[start:stop])

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

        A piece with a name holds the same examples in every refit, so what was computed of it can be kept.
        """
        return ((None, part) for part in self.parts(rows))

    @staticmethod
    def plain(impressions: Impressions, label: Floats | None = None) -> Examples:
        """Return examples of weight 1.

        Without labels they have those of the log, which are read when they are asked for.
        """
        if label is None:
            return AsKnown(impressions)
        return Examples(impressions, label, _ONE if len(label) == 1 else np.ones(len(label)))


class AsKnown(Examples):
    """Impressions with the labels of the log and weight 1.

    Labels are read only of the rows that are asked for.

    Args:
        impressions: what each row is about.
    """

    def __init__(self, impressions: Impressions) -> None:
        self.impressions = impressions

    def part(self, start: int, stop: int) -> Examples:
        """Return the examples of some rows in a row."""
        rows = self.impressions.part(start, stop)
        return Examples.plain(rows, np.asarray(rows.label, dtype=np.float64))

    def parts(self, rows: int) -> Iterator[Examples]:
        """Yield all examples in order, part by part."""
        return (self.part(start, start + rows) for start in range(0, len(self), rows))

    def pieces(self, rows: int) -> Iterator[tuple[Name | None, Examples]]:
        """Yield all examples in order, with names of lasting pieces.

        Many are cut at multiples of their places in the log's sequence, which do not move with the window.
        """
        stream, count = self.impressions.stream, len(self)
        if stream is None or count <= rows:
            yield from super().pieces(rows)
            return
        for start, stop in stream.cuts(count, rows):
            name = stream.range_name(start, stop) if stop - start == rows else None
            yield name, AsKnown(self.impressions.part(start, stop))

    def __getattr__(self, name: str) -> Floats:
        """Read all labels or weights on first use."""
        if name not in ("label", "weight"):
            raise AttributeError(name)
        made = self.part(0, len(self))
        self.label, self.weight = made.label, made.weight
        return made.label if name == "label" else made.weight
