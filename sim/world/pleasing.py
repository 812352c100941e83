"""How much slates please users."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.ports import along_rows
from sim.scenario import Scenario
from sim.scenario.drivers import feature_of
from sim.world.items import Items
from sim.world.redrawn_items import RedrawnItems
from sim.world.request_batch import RequestBatch
from sim.world.response import Replies

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Pleasing:
    """What a slate adds to satisfaction, from -1 to 1.

    Args:
        scenario: the world.
        items: the catalogue.
    """

    def __init__(self, scenario: Scenario, items: Items | RedrawnItems) -> None:
        driver = scenario.users.satisfaction.driven_by
        self._feature, self._by_value = feature_of(driver), driver == "value"
        self._items = items
        value = scenario.feedback.learnt.value
        self._usual = 1.0 if value is None else value.mean

    def of(self, batch: RequestBatch, shown: Ints, replies: Replies) -> Floats:
        """Return how much slates please, ``(n,)``.

        Args:
            batch: the requests.
            shown: ``(n, size)`` positions in the catalogue.
            replies: what is answered.
        """
        if self._feature is not None:
            return self._by_feature(batch, shown, self._feature)
        if self._by_value:
            return np.asarray(np.minimum(along_rows(np.add, replies.values) / self._usual, 1.0) * 2.0 - 1.0)
        return np.where(replies.clicked.any(axis=1), 1.0, -1.0)

    def _by_feature(self, batch: RequestBatch, shown: Ints, feature: int) -> Floats:
        features, rows = self._items.features(batch.alive, shown)
        mean = along_rows(np.add, features[:, feature].take(rows)) / shown.shape[1]
        return np.asarray(np.clip((mean - 0.5) * 2.0, -1.0, 1.0))
