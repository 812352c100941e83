"""Items that are found by their ids."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class ItemsInOrder:
    """Items in ascending order of their ids.

    A subclass is a frozen dataclass with the columns below, and gives them their meaning.
    """

    ids: Ints
    features: Floats
    born_at: Floats

    def __post_init__(self) -> None:
        """Make the arrays read only: all requests share them."""
        for column in (self.ids, self.features, self.born_at):
            column.flags.writeable = False

    @cached_property
    def place(self) -> dict[int, int]:
        """The position of each item, by item id."""
        return {item: position for position, item in enumerate(self.ids.tolist())}

    def positions(self, items: Ints) -> Ints:
        """Return the positions of items alive, ``(n,)``."""
        first = self.ids.item(0)
        together = self.ids.item(-1) - first == len(self.ids) - 1
        return np.asarray(items - first if together else self.ids.searchsorted(items))
