"""Features of a (user, item) pair: one shared model over interactions, or one model per item.

Shared: ``phi = z (x) w`` with z the observed user features (the constant 1 first) and
``w = [1, item features]``. It carries over to items never seen. Per item: ``phi = z`` with weights of the
item's own, for a fixed catalogue that is small or whose items have no features to tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.ports import Catalogue, Impressions, Space

Floats = NDArray[np.float64]
MODELS = ("auto", "shared", "per_item")
_FEW_ITEMS = 20
_ROWS_AT_ONCE = 2048


def per_item(model: str, space: Space) -> bool:
    """Say whether each item gets a model of its own; ``auto`` decides by the catalogue."""
    if model == "per_item" and space.turnover:
        raise ValueError("model is 'per_item', but items retire: use 'shared' or 'auto'")
    few = space.items <= _FEW_ITEMS or space.item_dim == 0
    return model == "per_item" or (model == "auto" and not space.turnover and few)


def checked(model: str) -> str:
    """Return a model's name if it is one."""
    if model not in MODELS:
        raise ValueError(f"model is {model!r}, expected one of {', '.join(MODELS)}")
    return model


def with_constant(features: Floats) -> Floats:
    """Return ``[1, features]`` row by row."""
    out = np.ones((len(features), features.shape[1] + 1))
    out[:, 1:] = features
    return out


def interactions(impressions: Impressions) -> Iterator[tuple[slice, Floats]]:
    """Yield the shared model's features of impressions in parts that stay in the cache.

    Yields:
        Which rows, and their features, ``(rows, p * (d + 1))``.
    """
    for start in range(0, len(impressions), _ROWS_AT_ONCE):
        rows = impressions.part(start, start + _ROWS_AT_ONCE)
        w, z = with_constant(rows.item_features), rows.user_features
        yield slice(start, start + len(rows)), (z[:, :, None] * w[:, None, :]).reshape(len(z), -1)


def one_hot(impressions: Impressions, items: int) -> Iterator[tuple[slice, Floats]]:
    """Yield the features of one model per item, all items side by side, in parts.

    Yields:
        Which rows, and their features, ``(rows, items * p)``: z at the place of the item shown, else 0.
    """
    for start in range(0, len(impressions), _ROWS_AT_ONCE):
        rows = impressions.part(start, start + _ROWS_AT_ONCE)
        z = rows.user_features
        x = np.zeros((len(z), items, z.shape[1]))
        x[np.arange(len(z)), rows.item] = z
        yield slice(start, start + len(z)), x.reshape(len(z), -1)


class Shapes:
    """What the shared model derives from the catalogue, kept while the catalogue is the same object.

    It spares work and has no say in any answer.
    """

    def __init__(self) -> None:
        self._of: Catalogue | None = None
        self._w: Floats | None = None
        self._squares: Floats | None = None

    def w(self, catalogue: Catalogue) -> Floats:
        """Return ``[1, item features]`` of every item, ``(m, d + 1)``."""
        if catalogue is not self._of or self._w is None:
            self._of, self._w, self._squares = catalogue, with_constant(catalogue.features), None
        return self._w

    def squares(self, catalogue: Catalogue) -> Floats:
        """Return the outer square of ``w`` of every item, ``(m, (d + 1)**2)``."""
        w = self.w(catalogue)
        if self._squares is None:
            self._squares = (w[:, :, None] * w[:, None, :]).reshape(len(w), -1)
        return self._squares
