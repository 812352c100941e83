"""Features of a (user, item) pair: one shared model over interactions, or one model per item.

Shared: ``phi = z (x) w`` with z the observed user features (the constant 1 first) and
``w = [1, item features]``. It carries over to items never seen. Per item: ``phi = z`` with weights of the
item's own, for a small fixed catalogue.
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
    return model == "per_item" or (model == "auto" and not space.turnover and space.items <= _FEW_ITEMS)


def checked(model: str) -> str:
    """Return a model's name if it is one."""
    if model not in MODELS:
        raise ValueError(f"model is {model!r}, expected one of {', '.join(MODELS)}")
    return model


def with_constant(features: Floats) -> Floats:
    """Return ``[1, features]`` row by row."""
    return np.hstack([np.ones((len(features), 1)), features])


def interactions(impressions: Impressions) -> Iterator[tuple[slice, Floats]]:
    """Yield the shared model's features of impressions in parts that stay in the cache.

    Yields:
        Which rows, and their features, ``(rows, p * (d + 1))``.
    """
    for start in range(0, len(impressions), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        w = with_constant(impressions.item_features[part])
        z = impressions.user_features[part]
        yield part, (z[:, :, None] * w[:, None, :]).reshape(len(z), -1)


def squares(catalogue: Catalogue) -> tuple[Floats, Floats]:
    """Return ``w`` of every item, ``(m, d + 1)``, and its outer square, ``(m, (d + 1)**2)``."""
    w = with_constant(catalogue.features)
    return w, (w[:, :, None] * w[:, None, :]).reshape(len(w), -1)
