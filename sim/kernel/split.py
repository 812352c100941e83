"""Which variant each user is served by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, root, uniform

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """The variants of a run, and their shares.

    A user belongs to one of them for good.

    Attributes:
        shares: of the users, by the name of the variant; they add up to 1.

    Raises:
        ValueError: they do not, or one is not above 0.
    """

    shares: Mapping[str, float]

    def __post_init__(self) -> None:
        for name, share in self.shares.items():
            if not share > 0.0:
                raise ValueError(f"split: the share of {name} is {share}, expected more than 0")
        if not isclose(total := sum(self.shares.values()), 1.0, abs_tol=1e-9):
            raise ValueError(f"split: shares add up to {total:g}, expected 1")

    @property
    def names(self) -> tuple[str, ...]:
        """The variants, in order."""
        return tuple(self.shares)

    def of(self, user: Ints, seed: int, replication: int) -> Ints:
        """Return the variant of each user ``(n,)``, by its number."""
        ends = np.cumsum(list(self.shares.values()))[:-1]
        draws = uniform(root(seed, replication, Stream.VARIANT), user)
        return np.asarray(np.searchsorted(ends, draws, side="right"), dtype=np.int64)
