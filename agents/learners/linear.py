"""What linear learners share: least squares over pairs, in one shared model or one per item."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.learners.features import checked, interactions, per_item, squares, with_constant
from agents.learners.gram import Gram
from agents.learners.slates import RandomPolicy
from agents.parameters import number
from sim.ports import Experience, Observations, Policy, Space, cross

Floats = NDArray[np.float64]


class Pairs:
    """A frozen linear model that scores every (user, item) pair.

    Args:
        theta: ``(p, d + 1)`` of the shared model, or ``(items, p)`` with one row per item.
        inverse: ``A^-1`` of the shared model, or ``(items, p, p)``; None for a model without uncertainty.
        own: whether each item has a model of its own.
    """

    def __init__(self, theta: Floats, inverse: Floats | None, own: bool) -> None:
        self.theta, self.inverse, self.own = theta, inverse, own
        self._by_pair = None if inverse is None or own else _by_item_pair(inverse, *theta.shape)

    def mean(self, observations: Observations) -> Floats:
        """Return the estimate of every pair, ``(n, m)``."""
        z = observations.features
        if self.own:
            return cross(z, self.theta[observations.catalogue.ids])
        return cross(cross(z, self.theta.T), with_constant(observations.catalogue.features))

    def variance(self, observations: Observations) -> Floats:
        """Return ``phi' A^-1 phi`` of every pair, ``(n, m)``, without forming phi.

        The shared model contracts A^-1 with z once per request and leaves a quadratic form in w.
        """
        z = observations.features
        zz = (z[:, :, None] * z[:, None, :]).reshape(len(z), -1)
        if self.own:
            assert self.inverse is not None
            inverse = self.inverse[observations.catalogue.ids]
            return np.maximum(cross(zz, inverse.reshape(len(inverse), -1)), 0.0)
        assert self._by_pair is not None
        return np.maximum(cross(cross(zz, self._by_pair), squares(observations.catalogue)[1]), 0.0)


def _by_item_pair(inverse: Floats, p: int, q: int) -> Floats:
    """Return A^-1 with the item's two indices in rows and the user's in columns, ``(q**2, p**2)``."""
    return np.ascontiguousarray(inverse.reshape(p, q, p, q).transpose(1, 3, 0, 2).reshape(q * q, p * p))


class Linear:
    """Base of the linear learners: statistics, and when to start over.

    Args:
        ridge: strength of the prior that weights are 0, above 0.
        model: ``"shared"``, ``"per_item"`` or ``"auto"`` (per item for a fixed catalogue of up to 20).
    """

    def __init__(self, ridge: float = 1.0, model: str = "auto") -> None:
        self.ridge, self.model = number("ridge", ridge, above=True), checked(model)
        self._space: Space | None = None
        self._grams: list[Gram] = []

    def begin(self, space: Space) -> None:
        """Take in the shape of the world."""
        self._space = space
        self._start_over()

    def _start_over(self) -> None:
        assert self._space is not None
        p, q = self._space.user_dim, self._space.item_dim + 1
        self._own = per_item(self.model, self._space)
        self._grams = [
            Gram(p if self._own else p * q, self.ridge) for _ in range(self._space.items if self._own else 1)
        ]

    def train(self, experience: Experience) -> None:
        """Add weighted examples to the statistics."""
        if self._space is None:
            raise RuntimeError("begin(space) was never called")
        if experience.refit:
            self._start_over()
        examples = experience.examples
        rows = examples.impressions
        if not self._own:
            for part, x in interactions(rows):
                self._grams[0].add(x, examples.label[part], examples.weight[part])
            return
        for item in np.unique(rows.item):
            mine = rows.item == item
            self._grams[int(item)].add(rows.user_features[mine], examples.label[mine], examples.weight[mine])

    def policy(self) -> Policy:
        """Return a snapshot; random slates before the world's shape is known."""
        if self._space is None:
            return RandomPolicy()
        return self._snapshot()

    def _snapshot(self) -> Policy:
        raise NotImplementedError

    def _pairs(self, uncertain: bool) -> Pairs:
        assert self._space is not None
        if self._own:
            theta = np.array([g.solution() for g in self._grams])
            return Pairs(theta, np.array([g.inverse for g in self._grams]) if uncertain else None, True)
        theta = self._grams[0].solution().reshape(self._space.user_dim, -1)
        return Pairs(theta, self._grams[0].inverse.copy() if uncertain else None, False)
