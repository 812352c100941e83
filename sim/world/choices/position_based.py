"""Position-based: an item is examined with its position's probability, then clicked on its own merit.

``P(click at k) = examination_k * attraction``. Plain Bernoulli arms are examination 1 everywhere.
Source: Craswell et al. 2008, *An experimental comparison of click position-bias models*
(https://doi.org/10.1145/1341531.1341545).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.ports import along_rows, best
from sim.scenario import Choice
from sim.world.numbers import sigmoid

Floats = NDArray[np.float64]


class PositionBased:
    """See the module.

    Args:
        choice: what the scenario says; ``examination`` is empty for plain Bernoulli arms.
    """

    names = ("position_based", "bernoulli")

    def __init__(self, choice: Choice) -> None:
        self.name = choice.name
        self._examination = np.array(choice.examination, dtype=float) if choice.examination else None

    def _seen(self, size: int) -> Floats:
        return np.ones(size) if self._examination is None else self._examination[:size]

    def clicks(self, utility: Floats, noise: Floats, nobody: Callable[[], Floats]) -> NDArray[np.bool_]:
        """Click where the item's noise lies below examination times attraction."""
        return np.asarray(noise < self._seen(utility.shape[1]) * sigmoid(utility))

    def probability(self, utility: Floats) -> Floats:
        """Return examination times attraction."""
        return np.asarray(self._seen(utility.shape[1]) * sigmoid(utility))

    def expected(self, utility: Floats, value: Floats | None) -> Floats:
        """Sum examination times attraction times value over the positions."""
        worth = sigmoid(utility) if value is None else sigmoid(utility) * value
        seen = self._seen(utility.shape[1])
        total = seen[0] * worth[:, 0]
        for k in range(1, utility.shape[1]):
            total = total + seen[k] * worth[:, k]
        return np.asarray(total)

    def best(self, utility: Floats, value: Floats | None, size: int) -> NDArray[np.intp]:
        """Put the worthiest item where most users look."""
        top = best(utility if value is None else sigmoid(utility) * value, size)
        by_attention = np.argsort(-self._seen(size), kind="stable")
        slate = np.empty_like(top)
        slate[:, by_attention] = top
        return slate

    def uniform(self, utility: Floats, value: Floats | None, size: int) -> Floats:
        """Return mean worth of an item times the examinations' sum."""
        worth = sigmoid(utility) if value is None else sigmoid(utility) * value
        return np.asarray(along_rows(np.add, worth) * (self._seen(size).sum() / utility.shape[1]))


MODEL = PositionBased
