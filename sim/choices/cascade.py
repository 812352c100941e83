"""Cascade: the user clicks the first attractive item and leaves.

The user reads from the top: ``P(click at k) = attraction_k * prod_{j<k} (1 - attraction_j)``.
Source: Craswell et al. 2008 (https://doi.org/10.1145/1341531.1341545).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.choices.base import Bools, Choice, Floats, Indices
from sim.rows import best
from sim.stable_math import sigmoid


@dataclass(frozen=True)
class Cascade(Choice):
    """``cascade``: see the module."""

    name: ClassVar[str] = "cascade"

    def clicks(self, utility: Floats, noise: Floats, nobody: Callable[[], Floats]) -> Bools:
        """Click the first item whose noise is below its attraction."""
        attracted = noise < sigmoid(utility)
        return np.asarray(attracted & (np.cumsum(attracted, axis=1) == 1))

    def probability(self, utility: Floats) -> Floats:
        """Return attraction times the chance that nothing above attracts."""
        attraction = sigmoid(utility)
        here = np.ones(len(utility))
        out = np.empty_like(attraction)
        for k in range(utility.shape[1]):
            out[:, k] = here * attraction[:, k]
            here = here * (1.0 - attraction[:, k])
        return out

    def expected(self, utility: Floats, value: Floats | None) -> Floats:
        """Return the sum over positions of click probability times value."""
        attraction = sigmoid(utility)
        here = np.ones(len(utility))
        total = np.zeros(len(utility))
        for k in range(utility.shape[1]):
            gain = here * attraction[:, k]
            total = total + (gain if value is None else gain * value[:, k])
            here = here * (1.0 - attraction[:, k])
        return total

    def best(self, utility: Floats, value: Floats | None, size: int) -> Indices:
        """Return the most attractive items, or the exact optimum.

        The latter is needed where clicks differ in value. A set of items is best shown in falling order of value (an
        exchange of two neighbours proves it), so the best set of each size is computed by dynamic programming over the
        items in rising order of value.
        """
        if value is None:
            return best(utility, size)
        n, m = utility.shape
        attraction = sigmoid(utility)
        order = np.argsort(value, axis=1, kind="stable")
        rows = np.arange(n)
        rising = attraction[rows, order.T]
        gain, rest = rising * value[rows, order.T], 1.0 - rising
        worth = np.full((size + 1, n), -np.inf)
        worth[0] = 0.0
        taken = np.zeros((m, size + 1, n), dtype=bool)
        for step in range(m):
            possible = np.isfinite(worth[:-1])  # a certain click times "no such set" is no set either
            with_item = np.where(possible, gain[step] + rest[step] * np.where(possible, worth[:-1], 0.0), -np.inf)
            np.greater(with_item, worth[1:], out=taken[step, 1:])
            np.maximum(with_item, worth[1:], out=worth[1:])
        return _trace_back(order, taken, size)


def _trace_back(order: Indices, taken: Bools, size: int) -> Indices:
    n, m = order.shape
    rows = np.arange(n)
    left = np.full(n, size)
    slate = np.empty((n, size), dtype=np.intp)
    for step in range(m - 1, -1, -1):
        take = (left > 0) & taken[step, left, rows]
        slate[rows[take], size - left[take]] = order[take, step]
        left = left - take
    return slate
