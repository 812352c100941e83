"""Linear models with shared weights, and weights of each item."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from agents.described import Described
from agents.learners.features import interactions, with_constant
from agents.learners.gram import inverted
from agents.learners.item_table import ItemTable
from agents.learners.slates import RandomPolicy
from agents.parameters import number
from sim.ports import (
    Catalogue,
    Experience,
    Impressions,
    Observations,
    Policy,
    Space,
    along_rows,
    at_positions,
    cross,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class HybridSums:
    """Sums of weighted examples, of all and of each item.

    Args:
        p: length of the user features u.
        k: length of the shared features ``u (x) w``.
        ridge: above 0.
    """

    def __init__(self, p: int, k: int, ridge: float) -> None:
        self.p, self.k, self.ridge = p, k, ridge
        self.a, self.b = np.zeros((k, k)), np.zeros(k)
        self.items = ItemTable(p * p + p * k + p)

    def add(self, item: int, x: Floats, shared: Floats, label: float, weight: float) -> None:
        """Add an example: ``(p,)`` and ``(k,)`` features."""
        row = self.items.row(item)
        if row is None:  # it retired, and its weights are not needed any more
            return
        weighted = weight * x
        self.a += np.multiply.outer(weight * shared, shared)
        self.b += (weight * label) * shared
        own = np.concatenate([np.multiply.outer(weighted, x).ravel(), np.multiply.outer(weighted, shared).ravel()])
        row[: len(own)] += own
        row[len(own) :] += label * weighted

    def forget(self, oldest: int) -> None:
        """Keep of retired items what they say of shared weights."""
        gone = self.items.forget(oldest)
        if len(gone):
            a, b = self._said(gone)
            self.a -= a
            self.b -= b

    def _parts(self, rows: Floats) -> tuple[Floats, Floats, Floats]:
        """Return ``A^-1``, ``A^-1 B`` and ``A^-1 b`` of items."""
        p, k, n = self.p, self.k, len(rows)
        a = rows[:, : p * p].reshape(n, p, p) + self.ridge * np.eye(p)
        inverse = np.array([inverted(one, self.ridge) for one in a]).reshape(n, p, p)
        b = rows[:, p * p : p * p + p * k].reshape(n, p, k)
        return inverse, np.matmul(inverse, b), (inverse * rows[:, None, p * p + p * k :]).sum(axis=2)

    def _said(self, rows: Floats) -> tuple[Floats, Floats]:
        """Return ``sum B' A^-1 B`` and ``sum B' A^-1 b`` of items."""
        _, ab, theta = self._parts(rows)
        b = rows[:, self.p * self.p : -self.p].reshape(len(rows), self.p, self.k)
        return np.matmul(b.transpose(0, 2, 1), ab).sum(axis=0), (b * theta[:, :, None]).sum(axis=(0, 1))

    def shared(self) -> tuple[Floats, Floats]:
        """Return the shared weights and their ``A^-1``."""
        rows = self.items.all()
        a, b = self._said(rows[rows.any(axis=1)])
        inverse = inverted(self.ridge * np.eye(self.k) + self.a - a, self.ridge)
        return (inverse * (self.b - b)).sum(axis=1), inverse

    def own(self, items: Ints) -> tuple[Floats, Floats, Floats]:
        """Return ``A^-1``, ``A^-1 B`` and ``A^-1 b`` of items."""
        return self._parts(self.items.at(items))

    def copy(self) -> HybridSums:
        """Return a copy."""
        other = HybridSums(self.p, self.k, self.ridge)
        other.a, other.b, other.items = self.a.copy(), self.b.copy(), self.items.copy()
        return other


class HybridModel:
    """A frozen hybrid model that scores every pair.

    Args:
        sums: what was learnt; not changed later.
    """

    def __init__(self, sums: HybridSums) -> None:
        self._sums = sums
        self._of: tuple[Catalogue | None, Floats, Floats] = None, np.empty(0), np.empty(0)

    @cached_property
    def _shared(self) -> tuple[Floats, Floats]:
        return self._sums.shared()

    def _models(self, catalogue: Catalogue) -> tuple[Floats, Floats]:
        """Return what `models` does, once for a catalogue."""
        if catalogue is not self._of[0]:
            self._of = catalogue, *self.models(catalogue.ids, catalogue.features)
        return self._of[1], self._of[2]

    def models(self, items: Ints, features: Floats) -> tuple[Floats, Floats]:
        """Return each item's weights of user features.

        Shared and own weights together are linear in user features, for a given item.

        Returns:
            Weights ``(m, p)`` and covariances ``(m, p, p)``.
        """
        beta, spread = self._shared
        inverse, g, theta = self.parts(items, features)
        covariance = np.matmul(np.matmul(g, spread), g.transpose(0, 2, 1)) + inverse
        return theta + (g * beta).sum(axis=2), covariance

    def parts(self, items: Ints, features: Floats) -> tuple[Floats, Floats, Floats]:
        """Return how items' weights follow from the shared ones.

        Given shared weights b, those of the user features for an item are normal around ``theta + G b``.

        Returns:
            Their covariance given b, ``(m, p, p)``; G, ``(m, p, k)``; theta, ``(m, p)``.
        """
        inverse, ab, theta = self._sums.own(items)
        w, p = with_constant(features), self._sums.p
        return inverse, (np.eye(p)[None, :, :, None] * w[:, None, None, :]).reshape(len(w), p, -1) - ab, theta

    def estimates(self, observations: Observations) -> Floats:
        """Return the estimates of all items, ``(n, m)``."""
        return cross(observations.features, self._models(observations.catalogue)[0])

    def predict(self, observations: Observations, items: Ints) -> Floats:
        """Return the estimates ``(n,)``, without bonus or draw."""
        return at_positions(self.estimates(observations), observations.catalogue.positions(items)[:, None])[:, 0]


class Hybrid(Described, ABC):
    """Base of the learners with a hybrid model.

    Args:
        ridge: prior strength of all weights, above 0.
    """

    reads = ("item", "user_features", "item_features")
    labels = "real"

    def __init__(self, ridge: float) -> None:
        self.ridge = number("ridge", ridge, above=True)
        self._space: Space | None = None

    def begin(self, space: Space) -> None:
        """Set up the sums for the shape of the world."""
        self._space = space
        self._start_over()

    def _start_over(self) -> None:
        assert self._space is not None
        p = self._space.user_dim
        self._sums = HybridSums(p, p * (self._space.item_dim + 1), self.ridge)

    def train(self, experience: Experience) -> None:
        """Add weighted examples to the sums."""
        if self._space is None:
            raise RuntimeError("begin(space) was never called")
        if experience.refit:
            self._start_over()
        if not len(experience.examples):
            return
        self._sums.forget(experience.oldest_item)
        for part, shared in interactions(experience.examples):
            rows = part.impressions
            columns = (rows.item.tolist(), rows.user_features, shared, part.label.tolist(), part.weight.tolist())
            for one in zip(*columns, strict=True):
                self._sums.add(*one)

    def predict(self, impressions: Impressions) -> Floats:
        """Return the estimates of impressions, ``(r,)``; NaN before `begin`."""
        if self._space is None or not len(impressions):
            return np.full(len(impressions), np.nan)
        items, first, place = np.unique(impressions.item, return_index=True, return_inverse=True)
        theta, _ = HybridModel(self._sums).models(items, np.array(impressions.take(first).item_features))
        return along_rows(np.add, impressions.user_features * theta[place])

    def policy(self) -> Policy:
        """Return a snapshot; a random policy before `begin`."""
        return RandomPolicy() if self._space is None else self._snapshot(self._sums.copy())

    @abstractmethod
    def _snapshot(self, sums: HybridSums) -> Policy:
        """Return a policy of frozen sums."""
