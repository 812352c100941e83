"""Weighted training examples."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.ports.impressions import Impressions
from sim.reading import InParts

Floats = NDArray[np.float64]
_ONE = np.ones(1)
_ONE.setflags(write=False)


class Examples(InParts["Examples"]):
    """Weighted training examples, one per row.

    A negative weight takes an earlier row back.

    ``label``, ``weight`` and the columns of ``impressions`` are arrays of all rows. A refit may be handed tens of
    millions: ``parts(rows)`` goes through them in little memory, as often as you like.

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
        self.impressions: Impressions = impressions
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

    def part(self, start: int, stop: int) -> Examples:
        """Return the examples of a range of rows.

        Columns are read of these rows only.
        """
        rows = self.impressions.part(start, stop)
        return Examples(rows) if self.as_known else Examples(rows, self.label[start:stop], self.weight[start:stop])

    @staticmethod
    def plain(impressions: Impressions, label: Floats | None = None) -> Examples:
        """Return examples of weight 1."""
        return Examples(impressions, label)
