"""A learner's quick way for single requests and single examples."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.ports.observations import Observations

Slate = tuple[list[int], list[float] | None, list[float] | None]


class OneByOne(Protocol):
    """What a learner that is updated in place at each feedback may offer: no batches of one, no snapshots.

    It shares the learner's state, and does bit for bit what the learner's policy and `train` would. `train` itself is
    called in between where several outcomes come at one instant.

    Where the learner's policies have ``predict(observations, items)`` it must have
    ``predict_one(observations, row, place) -> float``, which does the same for the item at a position in the catalogue,
    and where they have none it must have none; else the policies are asked instead.
    """

    def act_one(self, observations: Observations, row: int) -> Slate:
        """Answer one request of a batch.

        Returns:
            Positions in the catalogue, first position of the slate first; their propensities, NaN or None when unknown;
            the outcomes expected of them, likewise.
        """

    def learn_one(self, item: int, user_features: NDArray[np.float64], label: float, oldest_item: int) -> None:
        """Learn one example of weight 1.

        Args:
            item: item id.
            user_features: ``(1, p)``; read only.
            label: 0 or 1.
            oldest_item: the lowest id of the items alive (see `Experience`).
        """
