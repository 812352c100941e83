"""Least squares with exponential forgetting of examples.

At a cutoff c an example has the weight ``w 2**(-(c - request_at) / half_life)``, whenever it was delivered: sums over
several trainings equal those of one refit. All terms fade but the ridge, so the inverse is computed anew for each
policy that answers. Known as exponential forgetting in recursive least squares; for bandits, D-LinUCB, Russac, Vernade
& Cappé 2019 (https://arxiv.org/abs/1909.09146), whose bonus has a second matrix, of squared weights, left out here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.learners.gram import inverted, weighted_squares
from sim.ports import Examples

Floats = NDArray[np.float64]
_MOST = 512.0  # half-lives from the origin to the cutoff: sums of weights up to 2**512 stay finite


class Sums:
    """``sum w x x'`` and ``sum w y x`` of one model.

    Args:
        a: ``(dim, dim)``; changed.
        b: ``(dim,)``; changed.
    """

    def __init__(self, a: Floats, b: Floats) -> None:
        self._a, self._b = a, b

    def add(self, x: Floats, y: Floats, weight: Floats) -> None:
        """Add rows ``(r, dim)`` with labels and weights ``(r,)``."""
        x = np.ascontiguousarray(x)  # the rounding of BLAS depends on the memory layout
        self.add_sums(weighted_squares(x, weight), (weight * y) @ x)

    def add_sums(self, a: Floats, b: Floats) -> None:
        """Add ``sum w x x'`` and ``sum w y x`` of many rows."""
        self._a += a
        self._b += b

    def solve(self) -> None:
        """Do nothing: a policy is solved when it first answers."""


class Fading:
    """Several models whose examples fade.

    Sums are stored with the weights they have at an origin, a past instant, so no stored number changes with time.
    Weights grow with the distance from the origin; from time to time it moves by whole half-lives, which is exact.

    Args:
        models: number of models.
        dim: length of x.
        ridge: above 0.
        half_life: seconds, above 0.

    Attributes:
        origin: seconds.
    """

    def __init__(self, models: int, dim: int, ridge: float, half_life: float) -> None:
        self._ridge, self._half_life = ridge, half_life
        self._a, self._b = np.zeros((models, dim, dim)), np.zeros((models, dim))
        self.origin = self._cutoff = 0.0

    def __getitem__(self, model: int) -> Sums:
        """Return the sums of a model."""
        return Sums(self._a[model], self._b[model])

    def move_to(self, cutoff: float) -> None:
        """Move on to a cutoff."""
        self._cutoff = cutoff
        steps = np.floor((cutoff - self.origin) / self._half_life)
        if steps > _MOST:
            exponent = -int(min(steps, 4.0 * _MOST))  # beyond that all weights are 0
            self._a, self._b = np.ldexp(self._a, exponent), np.ldexp(self._b, exponent)
            self.origin += steps * self._half_life

    def faded(self, examples: Examples) -> Examples:
        """Return examples with the weights they have at the origin."""
        age = (examples.impressions.request_at - self.origin) / self._half_life
        return Examples(examples.impressions, examples.label, examples.weight * np.exp2(age))

    def frozen(self) -> Fading:
        """Return a copy that later training does not change."""
        other = object.__new__(Fading)
        vars(other).update(vars(self))
        other._a, other._b = self._a.copy(), self._b.copy()
        return other

    def solved(self) -> tuple[Floats, Floats]:
        """Return ``A^-1 b`` and ``A^-1`` of each model at the cutoff.

        Returns:
            ``(models, dim)`` and ``(models, dim, dim)``.
        """
        now = 2.0 ** ((self.origin - self._cutoff) / self._half_life)
        a = now * self._a
        models, dim = self._b.shape
        a.reshape(models, -1)[:, :: dim + 1] += self._ridge
        try:
            np.linalg.cholesky(a)
            inverse = np.linalg.inv(a)
            inverse = (inverse + inverse.transpose(0, 2, 1)) / 2.0
        except np.linalg.LinAlgError:  # a correction took back more than it gave
            inverse = np.array([inverted(one, self._ridge) for one in a])
        # no matrix product: the rounding of BLAS depends on the memory address of an array
        return (inverse * (now * self._b)[:, None, :]).sum(axis=2), inverse
