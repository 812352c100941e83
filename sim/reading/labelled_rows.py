"""Rows with labels and weights, read part by part."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from sim.reading.lazy_rows import LazyRows
from sim.reading.stream import Name

Floats = NDArray[np.float64]
R = TypeVar("R", bound=LazyRows[Any])
T = TypeVar("T", bound="LabelledRows[Any, Any]")
_ONE = np.ones(1)
_ONE.setflags(write=False)


class LabelledRows(Generic[R, T]):
    """Rows of a log with labels and weights.

    A subclass ``T`` gives them their meaning. What is made of its rows is a ``T``.

    Args:
        impressions: the impression of each row.
        label: ``(r,)``. None: those of the log, which are read when they are asked for.
        weight: ``(r,)``. None: 1.

    Attributes:
        as_known: whether labels are those of the log and all weights 1. False for a subclass of ``T``, which may have
            others.
    """

    as_known = False
    _kind: ClassVar[type[Any]]  # the class ``T``

    def __init__(self, impressions: R, label: Floats | None = None, weight: Floats | None = None) -> None:
        self.impressions = impressions
        if label is None is weight:
            self.as_known = type(self) is self._kind
            return
        if label is not None:
            self.label = label
        if weight is not None:
            self.weight = weight

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if LabelledRows in cls.__bases__:
            cls._kind = cls

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

    def part(self, start: int, stop: int) -> T:
        """Return a range of rows.

        Columns are then read for these rows only.
        """
        rows = self.impressions.part(start, stop)
        own = () if self.as_known else (self.label[start:stop], self.weight[start:stop])
        part: T = self._kind(rows, *own)
        return part

    def parts(self, rows: int) -> Iterator[T]:
        """Yield all rows in order, so many together at most."""
        count = len(self)
        if count <= rows:
            yield cast("T", self)
            return
        for start in range(0, count, rows):
            yield self.part(start, start + rows)

    def pieces(self, rows: int) -> Iterator[tuple[Name | None, T]]:
        """Yield all rows in order, with names of lasting pieces.

        A piece with a name holds the same rows in every refit, so what was computed of it can be kept. Labels of the
        log are cut at multiples of their places in the log's sequence, which do not move with the window.
        """
        stream, count = self.impressions.stream if self.as_known else None, len(self)
        if stream is None or count <= rows:
            yield from ((None, part) for part in self.parts(rows))
            return
        for start, stop in stream.cuts(count, rows):
            yield stream.range_name(start, stop) if stop - start == rows else None, self.part(start, stop)
