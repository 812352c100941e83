"""The pace of answers under the same law."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Pace(NamedTuple):
    """How slow answers are, and how liked their items.

    Attributes:
        factor: by which drawn delays are multiplied; of the shape of the draws.
        liking: utility of the items in standard deviations, of the same shape; None where no law asks.
    """

    factor: Floats
    liking: Floats | None = None

    def take(self, some: Any) -> Pace:
        """Return the pace of some answers."""
        return Pace(self.factor[some], None if self.liking is None else self.liking[some])


def stretched(delay: Floats, pace: Pace | None) -> Floats:
    """Return drawn delays as they are at a pace, seconds."""
    return delay if pace is None else delay * pace.factor
