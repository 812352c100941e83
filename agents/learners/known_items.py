"""The items that examples have shown, with their features."""

from __future__ import annotations

import numpy as np

from sim.ports import Impressions


class KnownItems:
    """Items shown so far that may still be shown.

    Memory grows with the catalogue, not with the horizon.

    Attributes:
        ids: ``(m,)`` ascending.
        features: ``(m, d)``.
    """

    def __init__(self) -> None:
        self.ids = np.zeros(0, dtype=np.int64)
        self.features = np.zeros((0, 0))

    def add(self, rows: Impressions, oldest: int) -> None:
        """Add the items of impressions, drop those below an id.

        If that would leave none, those of the impressions are kept.
        """
        if not len(rows):
            return
        ids, first = np.unique(rows.item, return_index=True)
        new = ~np.isin(ids, self.ids)
        if new.any():
            features = rows.take(first[new]).item_features
            own = self.features if len(self.ids) else np.zeros((0, features.shape[1]))
            everything = np.concatenate([self.ids, ids[new]])
            order = np.argsort(everything)
            self.ids, self.features = everything[order], np.concatenate([own, features])[order]
        alive = self.ids >= oldest
        if alive.any() and not alive.all():
            self.ids, self.features = self.ids[alive], self.features[alive]

    def copy(self) -> KnownItems:
        """Return a copy."""
        other = KnownItems()
        other.ids, other.features = self.ids, self.features  # arrays are replaced, never changed
        return other
