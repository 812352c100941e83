"""What items are to the users of requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Judged:
    """What some items are to users, ``(n, k)`` each.

    At n requests.

    Attributes:
        utility: log odds of a click.
        value: expected value of a click, None where it is 1.
        rate: conversions per click where they count, else None.
        factor: by what the value of an outcome is multiplied, None where it is 1.
        liking: how much an item is liked, where a delay depends on it (see `Liking`), else None.
    """

    utility: Floats
    value: Floats | None
    rate: Floats | None
    factor: Floats | None
    liking: Floats | None

    def rows(self, rows: slice) -> Judged:
        """Return some of the requests."""
        return _each([self], lambda one: one[0][rows])

    def at(self, places: Ints) -> Judged:
        """Return the items ``(n, k)`` at places of each request."""
        n, m = self.utility.shape
        flat = np.arange(0, n * m, m)[:, None] + places
        return _each([self], lambda one: one[0].ravel().take(flat))

    def take(self, rows: NDArray[np.intp]) -> Judged:
        """Return some of the requests."""
        return _each([self], lambda one: one[0].take(rows, axis=0))

    @staticmethod
    def join(parts: Sequence[Judged]) -> Judged:
        """Return the requests of several parts, one after another."""
        return _each(parts, np.concatenate)


def _each(parts: Sequence[Judged], change: Callable[[list[Floats]], Floats]) -> Judged:
    """Return what becomes of every column of parts."""
    columns = dict[str, Any]()
    for name, own in vars(parts[0]).items():
        if name == "rate" and own is parts[0].value:
            columns[name] = columns["value"]
        else:
            columns[name] = None if own is None else change([getattr(part, name) for part in parts])
    return Judged(**columns)


@dataclass(frozen=True)
class Chosen:
    """What n slates are to users, and others beside them.

    Attributes:
        shown: the items of the slates, ``(n, size)``.
        random: the random items, ``(n, 1)``.
        highest: ``(n,)`` expected rewards of the best slates.
        uniform: ``(n,)`` those of uniformly random ones.
    """

    shown: Judged
    random: Judged
    highest: Floats
    uniform: Floats

    @staticmethod
    def join(parts: Sequence[Chosen]) -> Chosen:
        """Return the requests of several parts, one after another."""
        if len(parts) == 1:
            return parts[0]
        return Chosen(
            shown=Judged.join([part.shown for part in parts]),
            random=Judged.join([part.random for part in parts]),
            highest=np.concatenate([part.highest for part in parts]),
            uniform=np.concatenate([part.uniform for part in parts]),
        )

    def take(self, rows: NDArray[np.intp]) -> Chosen:
        """Return some of the requests."""
        return Chosen(self.shown.take(rows), self.random.take(rows), self.highest.take(rows), self.uniform.take(rows))
