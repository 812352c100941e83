"""Examples with other weights, part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.ports import Examples, Impressions

Floats = NDArray[np.float64]


class Reweighted(Examples):
    """Examples whose weights are multiplied by numbers of their impressions.

    The numbers are computed of the rows that are asked for.

    Args:
        examples: the examples.
        factor: returns a number for each impression, ``(r,)``.
    """

    def __init__(self, examples: Examples, factor: Callable[[Impressions], Floats]) -> None:
        super().__init__(examples.impressions)
        self._examples, self._factor = examples, factor

    @cached_property
    def label(self) -> Floats:
        """The labels, ``(r,)``."""
        return self._examples.label

    @cached_property
    def weight(self) -> Floats:
        """The weights, ``(r,)``."""
        return self._changed(self._examples).weight

    def part(self, start: int, stop: int) -> Examples:
        """Return the examples of some rows in a row."""
        return self._changed(self._examples.part(start, stop))

    def parts(self, rows: int) -> Iterator[Examples]:
        """Yield all examples in order, part by part."""
        return map(self._changed, self._examples.parts(rows))

    def _changed(self, part: Examples) -> Examples:
        return Examples(part.impressions, part.label, part.weight * self._factor(part.impressions))
