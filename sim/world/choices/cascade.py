"""Cascade: the user reads from the top, clicks the first item that attracts, and leaves.

``P(click at k) = attraction_k * prod_{j<k} (1 - attraction_j)``.
Source: Craswell et al. 2008 (https://doi.org/10.1145/1341531.1341545).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.ports import best
from sim.scenario import Choice
from sim.world.numbers import sigmoid

Floats = NDArray[np.float64]


class Cascade:
    """See the module.

    Args:
        choice: what the scenario says.
    """

    names = ("cascade",)

    def __init__(self, choice: Choice) -> None:
        self.name = choice.name

    def clicks(self, utility: Floats, noise: Floats, nobody: Callable[[], Floats]) -> NDArray[np.bool_]:
        """Click the first item whose noise lies below its attraction."""
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
        """Sum the value of each position times the chance that the user gets there and clicks."""
        attraction = sigmoid(utility)
        here = np.ones(len(utility))
        total = np.zeros(len(utility))
        for k in range(utility.shape[1]):
            gain = here * attraction[:, k]
            total = total + (gain if value is None else gain * value[:, k])
            here = here * (1.0 - attraction[:, k])
        return total

    def best(self, utility: Floats, value: Floats | None, size: int) -> NDArray[np.intp]:
        """Return the most attractive items, or, where clicks differ in value, the exact optimum.

        A chosen set is best shown by falling value (swapping two neighbours shows it), so the best
        set of each size follows from the items in rising order of value, one at a time.
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

    def uniform(self, utility: Floats, value: Floats | None, size: int) -> None:
        """Return None: no short form."""


def _trace_back(order: NDArray[np.intp], taken: NDArray[np.bool_], size: int) -> NDArray[np.intp]:
    n, m = order.shape
    rows = np.arange(n)
    left = np.full(n, size)
    slate = np.empty((n, size), dtype=np.intp)
    for step in range(m - 1, -1, -1):
        take = (left > 0) & taken[step, left, rows]
        slate[rows[take], size - left[take]] = order[take, step]
        left = left - take
    return slate


MODEL = Cascade
