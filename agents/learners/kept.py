"""What was computed of lasting pieces of examples.

A refit of a long window shares most of its examples with the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ports import Examples

Arrays = tuple[NDArray[np.float64], ...]
MOST = 1 << 27  # bytes of arrays that are kept


class Kept:
    """Arrays computed of the lasting pieces of the last refit.

    They save time and change no result: what is not kept is computed again from the same piece.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, Arrays] = {}

    def save_state(self) -> dict[str, Any]:
        """Return nothing kept."""
        return vars(Kept())

    def pieces(
        self, examples: Examples, rows: int, compute: Callable[[Examples], Arrays], about: Hashable = None
    ) -> Iterator[Examples | Arrays]:
        """Yield all examples in order, lasting pieces as arrays.

        Args:
            examples: these; all pieces must be taken.
            rows: of a piece at most.
            compute: from a piece to arrays, which nobody changes.
            about: what these depend on beside the piece.
        """
        before, self._known, size = self._known, {}, 0
        for name, piece in examples.pieces(rows):
            if name is None:
                yield piece
                continue
            arrays = before.get((name, about))
            if arrays is None:
                arrays = compute(piece)
            size += sum(array.nbytes for array in arrays)
            if size <= MOST:
                self._known[name, about] = arrays
            yield arrays
