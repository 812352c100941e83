"""Base of the models in which positions are examined independently."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar

import numpy as np

from sim.choices.base import Bools, Choice, Floats, Indices
from sim.rows import along_rows, best
from sim.stable_math import sigmoid


class Examined(Choice):
    """``P(click at k) = examination_k * attraction``."""

    by_position: ClassVar[bool] = True

    @abstractmethod
    def seen(self, size: int) -> Floats:
        """Return the probability that each position is examined, ``(size,)``."""

    def clicks(self, utility: Floats, noise: Floats, nobody: Callable[[], Floats]) -> Bools:
        """Click where the noise is below examination times attraction."""
        return np.asarray(noise < self.seen(utility.shape[1]) * sigmoid(utility))

    def probability(self, utility: Floats) -> Floats:
        """Return examination times attraction."""
        return np.asarray(self.seen(utility.shape[1]) * sigmoid(utility))

    def expected(self, utility: Floats, value: Floats | None) -> Floats:
        """Return the sum of examination times attraction times value."""
        worth = sigmoid(utility) if value is None else sigmoid(utility) * value
        seen = self.seen(utility.shape[1])
        total = seen[0] * worth[:, 0]
        for k in range(1, utility.shape[1]):
            total = total + seen[k] * worth[:, k]
        return np.asarray(total)

    def best(self, utility: Floats, value: Floats | None, size: int) -> Indices:
        """Return a best slate.

        The items of highest worth stand at the most examined positions.
        """
        return self._slate(utility if value is None else sigmoid(utility) * value, size)

    def uniform(self, utility: Floats, value: Floats | None, size: int) -> Floats:
        """Return an item's mean worth times the sum of examinations."""
        return self._mean(sigmoid(utility) if value is None else sigmoid(utility) * value, size)

    def best_and_uniform(self, utility: Floats, value: Floats | None, size: int) -> tuple[Indices, Floats | None]:
        """Return what `best` and `uniform` return, from one worth."""
        worth = sigmoid(utility)
        if value is not None:
            worth *= value
        return self._slate(utility if value is None else worth, size), self._mean(worth, size)

    def _slate(self, scores: Floats, size: int) -> Indices:
        top = best(scores, size)
        if size == 1:
            return top
        by_attention = np.argsort(-self.seen(size), kind="stable")
        slate = np.empty_like(top)
        slate[:, by_attention] = top
        return slate

    def _mean(self, worth: Floats, size: int) -> Floats:
        return np.asarray(along_rows(np.add, worth) * (self.seen(size).sum() / worth.shape[1]))
