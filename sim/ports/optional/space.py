"""A world's shape."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Space:
    """The shape of the world, known before the first request.

    Attributes:
        users: number of users at the start; those who arrive later are numbered from here on.
        user_dim: length p of the observed features of user and request; the first is the constant 1.
        items: number of items alive at any instant.
        item_dim: length d of the item features (0 for plain arms).
        size: items in a slate.
        turnover: whether items retire and are replaced (ids are never reused).
    """

    users: int
    user_dim: int
    items: int
    item_dim: int
    size: int
    turnover: bool
