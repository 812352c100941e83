"""Rounds that a wrapper plays with a rule."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ports import (
    Catalogue,
    Examples,
    Experience,
    Impressions,
    Learner,
    News,
    Observations,
    Policy,
    child,
    fresh_copy,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Example = tuple[Impressions, int, float, float]  # impressions, a row of them, its label and its weight


def checked(base: Any, who: str) -> Any:
    """Return a rule that can be wrapped.

    Raises:
        TypeError: it is no learner, or it needs features.
    """
    if not callable(getattr(base, "train", None)) or not callable(getattr(base, "policy", None)):
        raise TypeError(f"{who}: base is {base!r}, expected a learner such as UCB1()")
    if hasattr(base, "begin"):
        raise TypeError(f"{who}: base is {base!r}, expected a rule of items without features, such as UCB1()")
    return base


def examples_of(examples: Examples) -> list[Example]:
    """Return the rows of examples.

    They keep no memory of the log.
    """
    kept = examples.impressions.kept()
    pairs = zip(examples.label.tolist(), examples.weight.tolist(), strict=True)
    return [(kept, row, label, weight) for row, (label, weight) in enumerate(pairs)]


class Rounds:
    """A rule that plays rounds of its own, without delay.

    A randomised rule draws from keys of all that it was fed: training has no keys of requests.

    Args:
        base: the rule, untrained; a copy of it is trained.
    """

    def __init__(self, base: Learner) -> None:
        self._base: Any = fresh_copy(base)
        self._key = np.uint64(0)
        self._policy: Policy | None = None

    def save_state(self) -> dict[str, Any]:
        """Return the state without the snapshot, which is made again."""
        return vars(self) | {"_policy": None}

    def policy(self) -> Policy:
        """Return the rule's snapshot."""
        if self._policy is None:
            self._policy = self._base.policy()
        return self._policy

    def choice(self, ids: Ints, at: float) -> int:
        """Return the item that the rule would show next.

        Args:
            ids: ``(m,)`` ascending, the items that it may show.
            at: the instant, seconds.
        """
        none = np.zeros(1, dtype=np.int64)
        catalogue = Catalogue(ids, np.zeros((len(ids), 0)), np.zeros(len(ids)))
        key = child(self._key, none)
        asked = Observations(np.array([at]), none, none, np.ones((1, 1)), catalogue, 1, key)
        said = self.policy().act(asked)
        return int(np.asarray(getattr(said, "items", said))[0, 0])

    def feed(self, example: Example, told: Experience) -> None:
        """Have the rule learn one outcome."""
        impressions, row, label, weight = example
        one = impressions.part(row, row + 1)
        examples = Examples(one, np.array([label]), np.array([weight]))
        news = News(told.cutoff, False, one, one)
        self._base.train(Experience(news, examples, lambda: one.part(0, 0), told.oldest_item))
        for lane in (one.item.item(), _bits(label), _bits(one.delivered_at.item())):
            self._key = np.uint64(child(self._key, lane))
        self._policy = None

    def predict(self, impressions: Impressions) -> Floats:
        """Return what the rule expects; NaN for nothing."""
        said = getattr(self._base, "predict", None)
        return np.full(len(impressions), np.nan) if said is None else np.asarray(said(impressions))


def _bits(value: float) -> int:
    return int(np.float64(value).view(np.uint64))


def first_shown(slates: Ints, item: int) -> Ints:
    """Return slates ``(n, size)`` with one item put first.

    It is moved there, or takes the place of the last one.

    >>> first_shown(np.array([[1, 2, 3], [4, 5, 6]]), 2).tolist()
    [[2, 1, 3], [2, 4, 5]]
    """
    size = slates.shape[1]
    same = slates == item
    place = np.where(same.any(axis=1), same.argmax(axis=1), size - 1)[:, None]
    column = np.arange(size)
    moved = np.take_along_axis(slates, np.where(column <= place, np.maximum(column - 1, 0), column), axis=1)
    moved[:, 0] = item
    return np.asarray(moved)
